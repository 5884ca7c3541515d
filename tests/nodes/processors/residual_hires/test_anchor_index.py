"""Anchors are made again only when what they are made from changes, and frames follow from those that are near."""

import json

import pytest

from nodes import RESIDUAL_HIRES
from nodes.engine.shot_step import shot_state
from nodes.job import JobNode
from nodes.processors.residual_hires.anchor_index import anchor_frames, anchor_inputs, read_anchor_index, render_inputs
from nodes.residual_hires import ResidualHiresParams
from tests.nodes.engine.made import context, leave, matted, write
from vfxlib.errors import UsageError
from vfxlib.pipeline.fingerprint import FileState, signed

STEPS = "residual-hires"


@pytest.fixture
def made(folder):
    for number in (1, 2, 3):
        leave(folder, STEPS, "motion", number, 0.0, own=f"motion {number}")
        leave(folder, STEPS, "complete", number, 0.0, own=f"complete {number}")
    write_index(folder, "register", {"cuts": [3]})
    return folder


def write_index(folder, step, content):
    path = folder / "out.work" / STEPS / step / f"{step}.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content))
    return path


def at(folder, step, **params):
    node = JobNode(RESIDUAL_HIRES, ResidualHiresParams(**{"reach": 1, **params}))
    return context(matted(folder, fill=f"{folder}/fill.#.exr"), folder, node, step=step)


def test_every_take_has_its_anchors_and_all_follow_from_the_whole_shot(made):
    anchors = list(anchor_frames(at(made, "anchors")))
    assert [key.number for key in anchors] == [1, 2, 3]
    inputs = anchor_inputs(at(made, "anchors"))
    assert inputs["takes"] == [0, 0, 1]
    assert inputs["complete"] == {str(n): f"complete {n}" for n in (1, 2, 3)}


def test_a_frame_follows_from_motion_takes_and_anchors_that_are_near(made):
    write_index(made, "anchors", {"keys": [1, 3], "empty": {}})
    write(made / "out.work" / STEPS / "anchors" / "anchors.0001.exr", 0.1)
    rendering = at(made, "render")
    inputs = render_inputs(rendering, 2)
    assert inputs["motion"] == {str(n): f"motion {n}" for n in (1, 2, 3)}
    assert set(inputs["anchors"]) == {"1", "3"}
    assert inputs["anchors"]["1"]
    assert not inputs["anchors"]["3"]
    assert set(render_inputs(rendering, 1)["anchors"]) == {"1"}


def test_anchors_are_done_when_all_of_them_are_there(made):
    context_ = at(made, "anchors")
    keys = list(anchor_frames(context_))
    wanted = "f" * 64
    content = {"keys": [key.number for key in keys], "empty": {str(keys[0].number): keys[0].fingerprint}}
    write_index(made, "anchors", signed(content, wanted))
    assert shot_state(at(made, "anchors"), wanted) is FileState.STALE
    for key in keys[1:]:
        write(key.path, 0.1, own=key.fingerprint)
    assert shot_state(at(made, "anchors"), wanted) is FileState.DONE
    assert [key.fingerprint for key in anchor_frames(at(made, "anchors", grain=0.5))] != [k.fingerprint for k in keys]


def test_a_step_that_has_not_run_is_named(made):
    with pytest.raises(UsageError, match="step anchors has not been run"):
        read_anchor_index(at(made, "render"))
