"""What is connected is what is used: an untouched Read's own files, else what Nuke renders, once."""

from pathlib import Path

import OpenEXR
import pytest

from tests.hostile.place import files_in


def tell(node, **more):
    from plugin.nukehost.views import told_by

    return told_by(node, **more)


def between(nuke, kind, above):
    """A node of a kind behind another."""
    node = getattr(nuke.nodes, kind)()
    node.setInput(0, above)
    return node


def tell_path(node):
    return tell(node, make=False).plate.path


@pytest.fixture
def node(script):
    return script.make("flow-inpaint", script.plate, script.matte)


def test_an_untouched_read_passes_its_file_and_range_also_through_dots(script, nuke, node):
    dot = between(nuke, "Dot", between(nuke, "Dot", script.plate))
    node.setInput(0, dot)
    told = tell(node)
    assert told.plate.path == str(script.place.folder / "plate/plate.####.exr")
    assert f"--plate={script.place.folder}/plate/plate.####.exr" in told.views[0].words
    assert "--frames=1-3" in told.views[0].words
    script.plate["first"].setValue(2)
    assert "--frames=2-3" in tell(node).views[0].words
    assert nuke._rendered == []


TOUCHED = {
    "a node behind it": lambda nuke, read: between(nuke, "Premult", read),
    "no operation even": lambda nuke, read: between(nuke, "NoOp", read),
    "frames that are shifted": lambda nuke, read: read["frame_mode"].setValue("offset"),
    "an expression of the frame": lambda nuke, read: read["frame"].setValue("frame+1"),
    "a conversion of premultiplied colour": lambda nuke, read: read["premultiplied"].setValue(True),
    "a read that is off": lambda nuke, read: read["disable"].setValue(True),
}


@pytest.mark.parametrize("how", TOUCHED)
def test_what_is_not_a_read_as_it_is_is_rendered_without_conversion_at_full_size(script, nuke, node, how):
    touched = TOUCHED[how](nuke, script.plate)
    if not isinstance(touched, bool):
        node.setInput(0, touched)
    nuke.root()["proxy"].setValue(True)
    before = files_in(script.place.folder)
    nodes = list(nuke.root().nodes())
    told = tell(node)
    inputs = script.file.parent / "paintout" / node.name() / f"{node.name()}.inputs"
    ((path, *others),) = nuke._rendered
    assert others == [1, 3, ("main",), False]
    assert told.plate.path == path
    assert path.startswith(f"{inputs}/")
    assert path.endswith("/plate.####.exr")
    assert nuke.root()["proxy"].value() is True
    assert nuke.root().nodes() == nodes  # the Write is gone
    after = files_in(script.place.folder)
    assert {name: after[name] for name in before} == before


def test_what_was_rendered_is_used_again_until_something_above_it_changes(script, nuke, node):
    grade = between(nuke, "Premult", between(nuke, "NoOp", script.plate))
    node.setInput(0, grade)
    tell(node)
    tell(node)
    assert len(nuke._rendered) == 1
    nuke.scriptSaveAs(str(script.file))
    tell(node)
    assert len(nuke._rendered) == 1
    grade["xpos"].setValue(300)
    grade["label"].setValue("what only looks otherwise")
    first = tell(node).plate.path
    assert len(nuke._rendered) == 1
    grade["disable"].setValue(True)
    assert not tell(node, make=False).current
    assert len(nuke._rendered) == 1
    assert tell(node).current
    assert len(nuke._rendered) == 2
    assert script.place.folder.joinpath(first.replace("####", "0001")).is_file()  # a farm may still read it
    with nuke.root():
        inner = nuke.nodes.Group()
    with inner:
        inside = nuke.nodes.NoOp()
    inner.setInput(0, script.plate)
    node.setInput(0, between(nuke, "NoOp", inner))
    assert not tell(node, make=False).current
    before = tell_path(node)
    inside["disable"].setValue(True)  # a knob of a node inside a Group
    assert tell_path(node) != before
    node.setInput(0, grade)
    script.place.plate(2, origin=(1, 0))  # a file that is read
    tell(node)
    assert len(nuke._rendered) == 3
    Path(tell(node).plate.path.replace("####", "0002")).unlink()
    tell(node)
    assert len(nuke._rendered) == 4


def test_a_matte_is_rendered_as_its_alpha_and_whole_where_a_channel_is_named(script, nuke, node):
    roto = between(nuke, "NoOp", script.matte)
    node.setInput(1, roto)
    tell(node)
    part = OpenEXR.File(nuke._rendered[-1][0].replace("####", "0001"), separate_channels=True).parts[0]
    assert {name: str(channel.pixels.dtype) for name, channel in part.channels.items()} == {"A": "float16"}
    node["paintout_matte_channel"].setValue("cryptomatte:object/robot")
    tell(node)  # a Cryptomatte's numbers would be lost in half floats
    part = OpenEXR.File(nuke._rendered[-1][0].replace("####", "0001"), separate_channels=True).parts[0]
    assert {str(channel.pixels.dtype) for channel in part.channels.values()} == {"float32"}


def test_an_input_that_nuke_cannot_render_is_told_and_leaves_nothing_behind(script, nuke, node):
    from vfxlib.errors import InputError

    script.place.folder.joinpath("plate/plate.0002.exr").unlink()
    node.setInput(0, between(nuke, "NoOp", script.plate))
    nuke.root()["proxy"].setValue(True)
    count = len(nuke.root().nodes())
    with pytest.raises(InputError, match="could not render it"):
        tell(node)
    assert len(nuke.root().nodes()) == count
    assert nuke.root()["proxy"].value() is True
    script.place.plate(2)
    assert tell(node).current
    assert len(nuke._rendered) == 2  # what was begun is not taken for done


def test_a_relative_read_counts_from_the_project_s_folder_else_the_script_s(script, nuke, node):
    script.plate["file"].setValue("plate/plate.####.exr")
    assert tell(node).plate.path == f"{script.place.folder}/plate/plate.####.exr"
    nuke.root()["project_directory"].setValue("//server/projekt é")
    assert tell(node).plate.path == "//server/projekt é/plate/plate.####.exr"


def test_keys_and_mattes_are_not_both_given_unless_gaps_are_mended(script, nuke):
    node = script.make("clean-plate", script.plate, script.matte)
    words = tell(node).views[0].words
    assert any(word.startswith("--matte=") for word in words)
    script.press(node, "key")
    words = tell(node).views[0].words
    assert any(word.startswith("--key=1=") for word in words)
    assert not any(word.startswith("--matte=") for word in words)
    node["paintout_mend_mattes"].setValue(True)
    words = tell(node).views[0].words
    assert {word.split("=")[0] for word in words} > {"--matte", "--key"}


def test_a_key_of_a_roto_is_rendered_at_the_current_frame_and_replaces_that_frame_s(script, nuke):
    roto = between(nuke, "NoOp", script.matte)
    node = script.make("mask-propagate", script.plate, roto)
    for frame in (3, 1, 3):
        nuke._frame = frame
        script.press(node, "key")
    keys = script.file.parent / "paintout" / node.name() / f"{node.name()}.inputs"
    one, three = node["paintout_key"].value().splitlines()
    assert one.startswith(f"1={keys}/")
    assert one.endswith("/key.1.0001.exr")
    assert three.endswith("/key.3.0003.exr")
    assert [each[1:3] for each in nuke._rendered] == [(3, 3), (1, 1)]
    assert nuke._said == []


@pytest.mark.parametrize(
    ("face", "inputs", "says"),
    [
        ("flow-inpaint", [], "it has no plate"),
        ("flow-inpaint", ["plate"], "it has no matte"),
        ("mask-propagate", ["plate", "matte"], "it has no key"),
        ("clean-plate", ["plate"], "neither mattes nor a key"),
    ],
)
def test_what_is_missing_is_told_before_anything_is_made(script, nuke, face, inputs, says):
    node = script.make(face, *(getattr(script, name) for name in inputs))
    before = files_in(script.place.folder)
    script.press(node, "run")
    (said,) = nuke._said
    assert says in said
    assert "Try: " in said
    assert files_in(script.place.folder) == before


def test_a_key_of_a_frame_that_is_not_there_or_of_nothing_is_told(script, nuke):
    node = script.make("clean-plate", script.plate, script.matte)
    nuke._frame = 9
    script.press(node, "key")
    assert "there is no such frame" in nuke._said.pop()
    node.setInput(1, None)
    script.press(node, "key")
    assert "nothing is connected to matte" in nuke._said.pop()


def test_a_script_that_was_never_saved_is_refused_with_a_hint(script, nuke):
    node = script.make("clean-plate", script.plate, script.matte)
    nuke.root()["name"]._value = "Root"
    for button in ("key", "run", "stop", "submit", "load", "reveal", "status"):
        script.press(node, button)
        assert "save it" in nuke._said.pop()
