"""Jobs survive their file, and plans cut them only where steps allow it."""

import json
import os

import pytest

from nodes import FLOW_INPAINT, INTERNAL_FIT
from nodes.flow_inpaint import FlowInpaintParams
from nodes.internal_fit import InternalFitParams
from nodes.job import Job, JobNode, load_job, save_job
from nodes.node import Scope
from nodes.plan import check_inputs, plan
from nodes.shot import Output, Shot
from vfxlib.errors import UsageError


def job(tmp_path, **params):
    shot = Shot(plate=str(tmp_path / "p.####.exr"), matte=str(tmp_path / "m.####.exr"), frames="1-10")
    return Job(shot, (JobNode(FLOW_INPAINT, FlowInpaintParams(**params)),), Output(out=str(tmp_path / "o.####.exr")))


def test_a_job_survives_its_file(tmp_path):
    made = job(tmp_path, reach=7, paint={3: str(tmp_path / "x.exr")})
    save_job(made, tmp_path / "deep" / "job.json")
    assert load_job(tmp_path / "deep" / "job.json") == made


def test_paths_in_a_job_file_are_relative_so_that_a_shot_can_be_moved(tmp_path):
    save_job(job(tmp_path), tmp_path / "job.json")
    os.rename(tmp_path / "job.json", (tmp_path / "moved").with_suffix(".json"))
    told = json.loads((tmp_path / "moved.json").read_text())
    assert told["shot"]["plate"] == "p.####.exr"


def test_every_path_of_a_job_is_relative_whatever_it_is_called(tmp_path):
    shot = Shot(plate=str(tmp_path / "p.#.exr"), fill=str(tmp_path / "f.#.exr"), ocio="ocio://default")
    params = InternalFitParams(start=str(tmp_path / "a.safetensors"), encoder=str(tmp_path / "b.safetensors"))
    made = Job(shot, (JobNode(INTERNAL_FIT, params),), Output(out=str(tmp_path / "o.#.exr"), device="cpu"))
    save_job(made, tmp_path / "job.json")
    told = json.loads((tmp_path / "job.json").read_text())
    assert (told["shot"]["fill"], told["shot"]["ocio"]) == ("f.#.exr", "ocio://default")
    assert told["nodes"][0]["params"]["start"] == "a.safetensors"
    assert told["nodes"][0]["params"]["encoder"] == "b.safetensors"
    assert told["nodes"][0]["params"]["network"] == "base"
    assert load_job(tmp_path / "job.json") == made


def test_a_fill_that_no_node_takes_is_refused(tmp_path):
    shot = Shot(plate="p.#.exr", matte="m.#.exr", fill="f.#.exr")
    flow, fit = JobNode(FLOW_INPAINT, FlowInpaintParams()), JobNode(INTERNAL_FIT, InternalFitParams())
    check_inputs(Job(shot, (flow, fit), Output()))
    with pytest.raises(UsageError, match=r"f\.#\.exr: flow-inpaint takes no fill"):
        check_inputs(Job(shot, (flow,), Output()))


@pytest.mark.parametrize("words", ["", "[]", "{}", '{"paintout": 99}', '{"paintout": 1, "nodes": []}'])
def test_a_file_that_is_no_job_is_refused(tmp_path, words):
    (tmp_path / "job.json").write_text(words)
    with pytest.raises(UsageError):
        load_job(tmp_path / "job.json")


def test_the_work_folder_lies_beside_the_output(tmp_path):
    assert job(tmp_path).work == tmp_path / "o.work"


def test_only_frames_steps_are_cut_and_every_task_waits_for_what_it_reads(tmp_path):
    tasks = plan(job(tmp_path), chunk=4)
    assert [(t.step.name, len(t.frames)) for t in tasks] == [
        *(("motion", n) for n in (4, 4, 2)),
        ("register", 10),
        *(("complete", n) for n in (4, 4, 2)),
        ("paint", 10),
        *(("render", n) for n in (4, 4, 2)),
    ]
    for place, task in enumerate(tasks):
        assert all(before < place for before in task.after)
        assert {tasks[i].step.name for i in task.after} == set(task.step.depends_on)
        assert task.step.scope is Scope.FRAMES or task.frames == tuple(range(1, 11))


def test_a_node_waits_for_all_of_the_node_before_it(tmp_path):
    one = job(tmp_path)
    tasks = plan(Job(one.shot, (*one.nodes, JobNode(INTERNAL_FIT, InternalFitParams())), one.output), chunk=5)
    names = [task.name for task in tasks]
    fit = names.index("internal-fit/fit")
    assert {names[i] for i in tasks[fit].after} == {"flow-inpaint/render"}
    assert len(tasks[fit].after) == 2
    assert [tasks[i].after for i in range(fit + 1, len(tasks))] == [(fit,)] * 2
