"""Every parameter is a knob, and comes back from it as it went in."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from nodes import NODES, RECIPES
from nodes.declare import Integer, Number, controls, from_mapping
from nodes.shot import Output, Shot
from plugin.cli import parser
from plugin.command_words import face_words
from plugin.options import read_options
from tests.plugin.test_command_words import some
from vfxlib.errors import UsageError

FACES = [*RECIPES, *NODES]
EVERY = {"ids": lambda face: face.name}


def parts(face):
    from plugin.nukehost import group

    yield Shot, group.shown_shot_fields(face)
    yield face.params, group.param_fields(face)
    yield Output, group.output_fields()


@pytest.mark.parametrize("face", FACES, **EVERY)
def test_every_parameter_has_a_knob_with_its_label_unit_help_slider_and_default(nuke, face):
    from plugin.nukehost import create, knobs

    node = create(face.name)
    for kind, names in parts(face):
        for name in names:
            control, knob = controls(kind)[name], node[knobs.knob_name(name)]
            assert knob.label().startswith(control.label)
            assert knob.tooltip() == control.help
            if isinstance(control, Number | Integer):
                assert knob._range == control.slider
                assert control.unit.value in knob.label()
        assert knobs.read(node, kind, names) == kind()


@pytest.mark.parametrize("face", FACES, **EVERY)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_what_is_declared_comes_back_from_knobs_script_and_command_as_it_was(nuke, face, data):
    from plugin.nukehost import create, knobs

    nuke._reset()
    node = create(face.name)
    wanted = []
    for kind, names in parts(face):
        drawn = data.draw(some(kind))
        wanted.append(kind(**{name: getattr(drawn, name) for name in names}))
        knobs.write(node, wanted[-1], names)
    text = nuke.to_text([node])
    nuke._reset()
    (again,) = nuke.from_text(text)
    read = [knobs.read(again, kind, names) for kind, names in parts(face)]
    assert read == wanted
    parsed = parser().parse_args(face_words(face, read[0], read[1], read[2]))
    assert [read_options(kind, parsed) for kind, _ in parts(face)] == wanted


@pytest.mark.parametrize(
    ("knob", "value", "problem"),
    [
        ("grow", 1e6, "is not a number from -256 to 256 px"),
        ("frames", "1-", "is no frame or range"),
        ("key", "now=file.exr", "is not FRAME=FILE"),
        ("key", "1=a.exr\n1=b.exr", "is given twice"),
        ("remove", "a\0b", "character"),
    ],
)
def test_a_knob_that_holds_what_cannot_be_is_told_by_its_label(nuke, knob, value, problem):
    from plugin.nukehost import create, group, knobs

    node, face = create("clean-plate"), RECIPES[0]
    node[f"paintout_{knob}"]._value = value
    with pytest.raises(UsageError, match=problem) as told:
        list(knobs.read(node, kind, names) for kind, names in parts(face))
    label = {**controls(Shot), **controls(face.params)}[knob].label
    assert told.value.where == f"{node.name()}, {label}"
    assert told.value.fix
    assert group.face_of(node) is face


def test_a_number_beyond_its_limit_is_brought_back_and_one_that_is_given_follows_no_height(nuke):
    from plugin.nukehost import create, knobs
    from plugin.nukehost.toolbar import install

    install()
    node = create("flow-inpaint")
    node["paintout_grow"].setValue(1000.0)
    assert node["paintout_grow"].value() == 256.0
    node["paintout_reach"].setValue(0)
    assert node["paintout_reach"].value() == 1
    params = NODES[1].params
    assert knobs.read(node, params, tuple(controls(params))).flow_margin is None
    node["paintout_flow_margin"].setValue(20.0)
    assert knobs.read(node, params, tuple(controls(params))) == from_mapping(
        params, {"grow": 256.0, "reach": 1, "flow_margin": 20.0}
    )
