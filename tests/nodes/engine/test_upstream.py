"""A node takes the mattes and the fill of the nodes before it, unless it is given others."""

import pytest

from nodes import FLOW_INPAINT, MASK_PROPAGATE, RESIDUAL_HIRES
from nodes.job import JobNode
from tests.nodes.engine.made import DISPLAY, context, fit, flow, keyed, leave, mask, matted, write, write_half
from vfxlib.errors import UsageError
from vfxlib.image.box import Box


def red(at, number):
    """The red of the fill that a node takes, in the file's encoding, whose frame must be one colour."""
    fill = at.upstream.read_fill(number, DISPLAY)
    assert fill.known.all()
    return float(at.shot.colours.from_linear(fill.colour).pixels[5, 5, 0])


def test_a_node_takes_the_result_of_the_node_before_it(folder):
    at = context(matted(folder), folder, flow(), fit())
    for number in (1, 2, 3):
        leave(folder, "flow-inpaint", "render", number, 0.1 * number)
    assert red(at, 3) == pytest.approx(0.3, abs=1e-3)


def test_a_fill_that_is_given_goes_before_that_of_another_node(folder):
    at = context(matted(folder, fill=f"{folder}/fill.#.exr"), folder, flow(), fit())
    assert at.upstream.fill_maker is None
    assert red(at, 1) == pytest.approx(0.25, abs=1e-3)


def test_a_node_before_that_has_not_made_the_frame_is_named(folder):
    at = context(matted(folder), folder, flow(), fit())
    leave(folder, "flow-inpaint", "render", 1, 0.1)
    assert red(at, 1) == pytest.approx(0.1, abs=1e-3)
    with pytest.raises(UsageError, match=r"step render has not been run for frame 2[\s\S]*flow-inpaint/render"):
        at.upstream.read_fill(2, DISPLAY)
    at.upstream.require(None, 2)  # nobody makes what is given


def test_a_node_that_takes_no_fill_or_has_none_before_it_gets_none(folder):
    first = context(matted(folder, fill=f"{folder}/fill.#.exr"), folder, flow(), fit(), place=0)
    assert first.upstream.read_fill(1, DISPLAY) is None
    assert context(matted(folder), folder, fit()).upstream.read_fill(1, DISPLAY) is None


def test_a_node_behind_one_that_makes_mattes_sees_those(folder):
    at = context(keyed(folder), folder, mask(), flow())
    for number in (1, 2, 3):
        path = folder / "out.work" / "mask-propagate" / "render" / f"render.{number:04d}.exr"
        write_half(path, 1.0, ["R", "G", "B", "matte.A", "index.A"])
    frame = at.shot.read(2)
    assert frame.hole[:, :8].all()
    assert not frame.hole[:, 8:].any()
    assert at.shot.keys is None
    assert at.upstream.matte_maker.node is MASK_PROPAGATE


def test_a_matte_is_no_fill_and_a_fill_comes_from_the_node_that_makes_it(folder):
    assert context(keyed(folder), folder, mask(), fit()).upstream.fill_maker is None
    assert context(keyed(folder), folder, mask(), flow(), fit()).upstream.fill_maker.node is FLOW_INPAINT


def test_a_fill_of_any_size_is_read_at_its_own(folder):
    low = Box(0, 0, 8, 6)
    for number in (1, 2, 3):
        write(folder / f"low.{number}.exr", 0.25, display=low)
    node = JobNode(RESIDUAL_HIRES, RESIDUAL_HIRES.params())
    at = context(matted(folder, fill=f"{folder}/low.#.exr"), folder, node, step="render")
    frame, display = at.upstream.read_low(2)
    assert display == frame.colour.window == low
    assert not at.upstream.says_confidence(2)
    assert at.upstream.read_motion(2, DISPLAY) == {}
