"""A run does the tasks in order, only what is asked for, and keeps what it learnt."""

import json
from io import StringIO

import pytest
import torch

from nodes.declare import Params
from nodes.engine import digest_cache, runner
from nodes.engine.failures import read_failures
from nodes.engine.runner import run
from nodes.job import JobNode, save_job
from nodes.node import Node, Scope, Step
from nodes.ports import FILL, MATTE, MATTE_PORT, PLATE_PORT
from tests.nodes.engine.made import job, matted, write_half
from vfxlib.errors import FramesFailed, MatteError, OutputError, PictureError, UsageError
from vfxlib.io.atomic import atomic_write
from vfxlib.progress import open_progress

CALLS: list = []
FAIL: dict = {}

NODE = Node(
    name="told",
    label="Told",
    help="Notes what it is told.",
    paper="none",
    params=Params,
    inputs=(PLATE_PORT, MATTE_PORT),
    outputs=(FILL, MATTE),
    steps=(
        Step(name="look", help="Looks.", scope=Scope.FRAMES, run="a:look"),
        Step(name="think", help="Thinks.", scope=Scope.SHOT, run="a:think", depends_on=("look",)),
        Step(name="render", help="Renders.", scope=Scope.FRAMES, run="a:render", depends_on=("think",)),
    ),
)


def note(context, frames):
    CALLS.append((context.name, frames, torch.get_num_threads()))
    context.digests.file(context.job.work / ".." / "plate.1.exr")
    if context.name in FAIL:
        raise FAIL[context.name]


@pytest.fixture(autouse=True)
def noting(monkeypatch):
    """The steps' function in place of those that are named, and nothing of another test."""
    monkeypatch.setattr(runner, "named", lambda words: note)
    monkeypatch.setattr(runner, "trim_memory", lambda: None)  # takes longer than all the rest
    CALLS.clear()
    FAIL.clear()


def told(folder, *, nodes=1, step="", frames=(), **output):
    made = job(matted(folder), folder, *[JobNode(NODE, Params())] * nodes, **output)
    run(made, open_progress("none"), step=step, frames=frames)
    return [(name, numbers) for name, numbers, _ in CALLS]


ALL = (1, 2, 3)


def test_all_steps_of_all_nodes_run_in_order_on_all_frames(folder):
    names = [f"{node}/{step}" for node in ("told", "told-2") for step in ("look", "think", "render")]
    assert told(folder, nodes=2) == [(name, ALL) for name in names]


def test_frames_cut_the_last_step_alone_for_the_result_needs_all_before_it(folder):
    assert told(folder, nodes=2, frames=(2,)) == [
        *[(f"told/{step}", ALL) for step in ("look", "think", "render")],
        ("told-2/look", ALL),
        ("told-2/think", ALL),
        ("told-2/render", (2,)),
    ]


@pytest.mark.parametrize(("step", "made"), [("look", (1, 3)), ("think", ALL), ("render", (1, 3))])
def test_one_step_is_run_alone_and_cut_only_if_its_frames_can_be(folder, step, made):
    assert told(folder, step=f"told/{step}", frames=(3, 1)) == [(f"told/{step}", made)]


def test_what_is_not_in_the_job_is_named_before_anything_is_written(folder):
    with pytest.raises(UsageError, match=r"frames 4-5 are not in the job[\s\S]*choose from 1-3"):
        told(folder, frames=(2, 4, 5))
    with pytest.raises(UsageError, match=r"no step 'told/none'[\s\S]*told/look, told/think, told/render"):
        told(folder, step="told/none")
    assert not (folder / "out.work").exists()
    assert not CALLS


def test_mattes_are_looked_at_before_a_whole_run_and_not_again_before_each_step(folder):
    for number in ALL:
        write_half(folder / f"matte.{number}.exr", 0.0)
    with pytest.raises(MatteError, match="empty on every frame"):
        told(folder)
    assert told(folder, step="told/look") == [("told/look", ALL)]


def test_the_job_file_is_written_with_the_frames_that_were_found(folder):
    told(folder)
    assert json.loads((folder / "out.work" / "job.json").read_text())["shot"]["frames"] == "1-3"


def test_a_job_file_that_somebody_has_saved_there_keeps_its_bytes(folder):
    path = folder / "out.work" / "job.json"
    save_job(job(matted(folder), folder, JobNode(NODE, Params())), path)
    before, said = path.read_bytes(), StringIO()
    run(job(matted(folder), folder, JobNode(NODE, Params())), open_progress("plain", said))
    assert path.read_bytes() == before
    assert "job.json: somebody has saved it, so it stays as it is" in said.getvalue()


def test_a_foreign_file_in_the_way_of_the_record_ends_the_run_before_any_work(folder):
    path = folder / "out.work" / "job.json"
    path.parent.mkdir()
    path.write_text("mine")
    with pytest.raises(OutputError, match="no job file"):
        told(folder)
    assert path.read_text() == "mine"
    assert not CALLS


def test_frames_are_worked_on_by_one_thread_of_torch_each_and_a_shot_by_all(folder):
    before = torch.get_num_threads()
    told(folder, threads=2)
    assert [threads for _, _, threads in CALLS] == [1, 2, 1]
    CALLS.clear()
    told(folder)
    assert [threads for _, _, threads in CALLS] == [1, before, 1]
    assert torch.get_num_threads() == before
    FAIL["told/think"] = UsageError("no")
    with pytest.raises(UsageError):
        told(folder, threads=2)
    assert torch.get_num_threads() == before


def test_failed_frames_are_kept_and_later_steps_do_not_run(folder):
    FAIL["told/look"] = FramesFailed({2: PictureError("is broken")})
    with pytest.raises(FramesFailed):
        told(folder)
    assert [name for name, _, _ in CALLS] == ["told/look"]
    note = folder / "out.work" / "told" / "look"
    assert read_failures(note) == {2: "is broken"}
    FAIL.clear()
    told(folder, step="told/look", frames=(1,))
    assert read_failures(note) == {2: "is broken"}
    told(folder, step="told/look", frames=(2,))
    assert read_failures(note) == {}


def test_what_was_learnt_is_kept_also_when_a_step_fails(folder, monkeypatch):
    monkeypatch.setattr(digest_cache, "SETTLED", -3600.0)
    FAIL["told/think"] = UsageError("no")
    with pytest.raises(UsageError):
        told(folder)
    held = json.loads((folder / "out.work" / "digests.json").read_text())["files"]
    assert str(folder / "plate.1.exr") in held


def test_what_a_killed_run_left_is_removed_and_said(folder, monkeypatch):
    with atomic_write(folder / "out.work" / "told" / "look" / "look.0001.exr") as hidden:
        killed = [hidden, folder / hidden.name]
    for path in (*killed, folder / ".mine.tmp"):
        path.write_text("half")
    said = StringIO()
    run(job(matted(folder), folder, JobNode(NODE, Params())), open_progress("plain", said))
    assert "removed 2 unfinished files" in said.getvalue()
    assert not any(path.exists() for path in killed)
    assert (folder / ".mine.tmp").exists()
