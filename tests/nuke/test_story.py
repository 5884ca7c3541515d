"""What a compositor does with Paintout in Nuke, from the first node to a script that is opened elsewhere."""

import json
import sys

import numpy as np
import OpenEXR
import pytest


def picture(path):
    return {
        name: channel.pixels for name, channel in OpenEXR.File(str(path), separate_channels=True).channels().items()
    }


@pytest.mark.slow
def test_a_compositor_removes_something_from_one_key_and_hands_the_script_on(script, nuke, monkeypatch, capsys):
    # the recipe from the menu, with the plate and the roto selected
    node = script.make("clean-plate", script.plate, script.matte, iterations=2, quality="draft")
    assert node.input(0) is script.plate
    assert node.input(1) is script.matte
    results = script.file.parent / "paintout" / node.name()

    # the plate flows through it until there is a result
    assert np.array_equal(node._pixels(2, "main")[0]["R"], picture(script.place.folder / "plate/plate.0002.exr")["R"])

    # one key, from the current frame
    nuke._frame = 2
    script.press(node, "key")
    assert node["paintout_key"].value() == f"2={script.place.folder}/matte/matte.0002.exr"

    # run; it is stopped while it works, and gone on with
    script.press(node, "run")
    assert nuke._said == []
    assert node["label"].value() == "running 0 %"
    script.press(node, "run")
    assert "goes on already" in nuke._said.pop()
    script.wait(node, "running 1", "running 2", "running 3")
    script.press(node, "stop")
    script.wait(node, "stopped v001")
    assert not (results / "v001").exists()
    script.press(node, "run")
    script.wait(node, "done v001")
    assert nuke._said == []
    assert nuke._tasks[-1]._shares == sorted(nuke._tasks[-1]._shares)

    # the result flows, and can be had outside
    made = picture(results / "v001" / f"{node.name()}.0002.exr")
    assert np.array_equal(node._pixels(2, "main")[0]["fill.R"], made["fill.R"])
    script.press(node, "load")
    outside = nuke.root().nodes()[-1]
    assert (outside.Class(), outside["first"].value(), outside["origlast"].value()) == ("Read", 1, 3)
    assert (outside["raw"].value(), outside["on_error"].value()) == (True, "checkerboard")

    # another value: stale, as the label says at once, and the command where it is asked
    node["paintout_grow"].setValue(2.0)
    assert node["label"].value().startswith("stale v001")
    script.press(node, "status")
    script.wait(node, "stale: 1-3 v001")

    # run again: a version beside the first, which stays as it was; what the value does not change is not made again
    before = (results / "v001" / f"{node.name()}.0002.exr").read_bytes()
    script.press(node, "run")
    script.wait(node, "done v002")
    assert (results / "v001" / f"{node.name()}.0002.exr").read_bytes() == before
    assert sorted(path.name for path in results.iterdir()) == [f"{node.name()}.work", "v001", "v002"]
    assert outside["file"].value().endswith(f"v001/{node.name()}.####.exr")
    script.press(node, "status")
    script.wait(node, "done v002")
    job = json.loads((results / f"{node.name()}.work" / "job.json").read_text())
    assert job["shot"]["frames"] == "1-3"

    # save, and open it where Paintout is not: pixels flow, and buttons say why nothing happens
    script.save()
    nuke.scriptClose()
    for each in (*nuke._on.values(), nuke._knobs.changed):
        each.clear()
    monkeypatch.setitem(sys.modules, "plugin.nukehost", None)
    nuke.scriptOpen(str(script.file))
    again = nuke.toNode(node._knobs["name"]._value)
    assert again.Class() == "Group"
    made = picture(results / "v002" / f"{again.name()}.0003.exr")
    assert np.array_equal(again._pixels(3, "main")[0]["R"], made["R"])
    capsys.readouterr()
    script.press(again, "run")
    assert capsys.readouterr().out.startswith("Paintout is not installed here.")
    assert nuke._said == []
