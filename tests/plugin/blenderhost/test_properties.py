"""Declarations as Blender's properties, and back, without Blender."""

import struct
from dataclasses import dataclass
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nodes import NODES, RECIPES
from nodes.declare import Params, controls, frame_files, number, text, toggle
from nodes.shot import Output, Shot
from plugin.blenderhost.properties import (
    AUTO,
    FILES,
    blender_path,
    identifier,
    properties_of,
    read_params,
    write_params,
)
from vfxlib.errors import UsageError

KINDS = [*(face.params for face in (*NODES, *RECIPES)), Shot, Output]


class Files(list):
    """A collection property."""

    def add(self):
        self.append(SimpleNamespace(frame=0, file=""))
        return self[-1]


class Held(SimpleNamespace):
    """What Blender holds: numbers in 32 bits, nothing beyond the limits."""

    def __setattr__(self, name, value):
        if isinstance(value, float):
            value = struct.unpack("f", struct.pack("f", value))[0]
        super().__setattr__(name, value)


def held(kind):
    """Every property of a declaration, at its default."""
    made = Held()
    for name, each in properties_of(kind).items():
        setattr(made, name, Files() if each.kind == FILES else each.keywords["default"])
    return made


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_every_field_has_a_property_with_its_label_help_default_and_limits(kind):
    definitions = properties_of(kind)
    for name, control in controls(kind).items():
        words = definitions[identifier(name)].keywords
        assert words["name"].startswith(control.label)
        assert words["description"] == control.help.rstrip(".")
        if hasattr(control, "hard"):
            assert (words["min"], words["max"]) == control.hard
            assert (words["soft_min"], words["soft_max"]) == control.slider
            assert words["default"] == control.default
        if hasattr(control, "options"):
            assert [item[0] for item in words["items"]] == list(control.options)
        assert (identifier(name) + AUTO in definitions) == getattr(control, "scaled", False)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_properties_that_nobody_touched_are_the_declaration_s_defaults(kind):
    assert read_params(kind, held(kind)) == kind()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_what_is_written_is_read_again(kind):
    own = controls(kind).items()
    params = kind(
        **{name: control.slider[1] for name, control in own if hasattr(control, "slider")},
        **{name: control.options[-1] for name, control in own if hasattr(control, "options")},
    )
    properties = held(kind)
    write_params(params, properties)
    assert read_params(kind, properties) == params
    write_params(kind(), properties)
    assert read_params(kind, properties) == kind()


@dataclass(frozen=True, kw_only=True)
class Kinds(Params):
    """Fields whose values or names are not plain."""

    much: float = number(0.1, hard=(-1e6, 1e6), slider=(0.0, 1.0), label="Much", help="A number.")
    name: str = text("", what="NAME", label="Name", help="A name.")
    place: str = text("", what="FILE", label="Place", help="A path.")
    on: bool = toggle(False, label="On", help="On or off.")
    paint: tuple[tuple[int, str], ...] = frame_files(label="Paint", help="Files.")


@given(st.decimals(-999999, 999999, places=3).map(lambda d: float(f"{d:.6g}")))
def test_a_number_of_six_digits_comes_back_as_it_was_typed(value):
    properties = held(Kinds)
    write_params(Kinds(much=value), properties)
    assert read_params(Kinds, properties).much == value


@given(st.floats(-1e6, 1e6, width=32))
def test_any_number_that_blender_holds_is_read_as_one_that_it_holds_the_same(value):
    properties = held(Kinds)
    properties.much = value
    assert struct.pack("f", read_params(Kinds, properties).much) == struct.pack("f", value)


def test_a_field_that_is_called_as_blender_calls_its_own_has_another_name_and_comes_back():
    properties = held(Kinds)
    write_params(Kinds(name="dog"), properties)
    assert properties.name_ == "dog"
    assert read_params(Kinds, properties).name == "dog"


def test_only_the_fields_that_are_asked_for_are_shown_and_read():
    assert set(properties_of(Shot, ("plate", "key"))) == {"plate", "key"}
    properties = held(Shot)
    properties.plate, properties.fill = "/a.exr", "/b.exr"
    assert read_params(Shot, properties, ("plate",)) == Shot(plate="/a.exr")


def test_paths_and_nothing_else_are_made_the_system_s():
    properties = held(Kinds)
    write_params(Kinds(name="//x", place="//p.exr", paint=((3, "//q.exr"),)), properties)
    params = read_params(Kinds, properties, None, lambda words: words.replace("//", "/here/"))
    assert params == Kinds(name="//x", place="/here/p.exr", paint=((3, "/here/q.exr"),))


@pytest.mark.parametrize(
    ("words", "path"), [("//a b/é.exr", "/sh/a b/é.exr"), ("//../x", "/x"), ("/y", "/y"), ("", "")]
)
def test_a_path_with_two_slashes_counts_from_the_blend(words, path):
    assert blender_path(words, "/sh/shot.blend") == path


def test_a_path_that_counts_from_wherever_blender_was_started_is_refused():
    with pytest.raises(UsageError, match="does not say from where it counts"):
        blender_path("clean/clean.####.exr", "/sh/shot.blend")


def test_it_cannot_count_from_a_blend_that_was_never_saved():
    with pytest.raises(UsageError, match="was never saved"):
        blender_path("//a.exr", "")
