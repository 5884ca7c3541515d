"""Every file of a job has one place."""

import pytest

from nodes.engine.workspace import Workspace
from nodes.job import Job
from nodes.node import Scope
from nodes.plan import own_steps
from nodes.shot import Output, Shot
from tests.nodes.engine.made import fit, flow, mask
from vfxlib.errors import UsageError


def places(workspace):
    return {
        each.address(step.name): workspace.files(each, step).path(7)
        for each in workspace.job.nodes
        for step in own_steps(workspace.job, each)
    }


def test_no_two_steps_share_a_file_and_only_the_last_writes_the_result(tmp_path):
    job = Job(Shot(), (mask(), flow(), fit(), flow()), Output(out=f"{tmp_path}/clean.####.exr"))
    workspace, found = Workspace(job), places(Workspace(job))
    assert len(set(found.values())) == len(found)
    assert found.pop("flow-inpaint-2/render") == tmp_path / "clean.0007.exr"
    for name, path in found.items():
        assert path.parent == tmp_path / "clean.work" / name
    assert found["flow-inpaint/render"].name == "render.0007.exr"
    results = [
        (each.name, step.name) for each in job.nodes for step in each.node.steps if workspace.is_result(each, step)
    ]
    assert results == [("flow-inpaint-2", "render")]


def test_a_step_that_an_earlier_node_makes_for_both_lies_there_and_is_required_there(tmp_path):
    job = Job(Shot(), (flow(), flow(source_margin=9.0)), Output(out=f"{tmp_path}/clean.####.exr"))
    asked = []
    workspace = Workspace(job, lambda *each: asked.append(each))
    step = job.nodes[1].node.step("motion")
    assert workspace.file(job.nodes[1], step, 7) == tmp_path / "clean.work/flow-inpaint/motion/motion.0007.exr"
    assert [each[0] for each in asked] == [job.nodes[0]]


def test_a_step_of_the_whole_shot_has_one_file_for_all_frames(tmp_path):
    job = Job(Shot(), (fit(),), Output(out=f"{tmp_path}/clean.####.exr", work=f"{tmp_path}/w"))
    step = job.nodes[0].node.step("fit")
    assert step.scope is Scope.SHOT
    files = Workspace(job).files(job.nodes[0], step)
    assert files.path(1) == files.path(99) == tmp_path / "w/internal-fit/fit/fit.json"


def test_a_file_of_an_earlier_step_must_be_there_or_whatever_else_is_required(tmp_path):
    job = Job(Shot(), (flow(),), Output(out=f"{tmp_path}/clean.####.exr"))
    node, step = job.nodes[0], job.nodes[0].node.step("motion")
    with pytest.raises(UsageError, match=r"motion\.0007\.exr: step motion has not been run for frame 7"):
        Workspace(job).file(node, step, 7)
    asked = []
    assert Workspace(job, lambda *each: asked.append(each)).file(node, step, 7).name == "motion.0007.exr"
    assert [each[2] for each in asked] == [7]
