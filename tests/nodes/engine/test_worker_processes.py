"""Frames that processes make are those that the run makes itself, and whatever becomes of a process, they are made."""

import json
import os
import subprocess
import sys
from dataclasses import replace

import pytest

from nodes.engine import worker_processes
from nodes.engine.runner import run
from nodes.engine.worker_processes import WorkerProcesses, process_count
from tests.nodes.engine.made import DISPLAY, context, flow, job, matted, write_shot
from vfxlib.errors import FramesFailed, Stopped
from vfxlib.progress import Progress
from vfxlib.signals import stop_requests

FRAMES = range(1, 7)
STEP = "flow-inpaint/motion"


@pytest.fixture
def shot(tmp_path):
    """Six frames in a folder."""
    return write_shot(tmp_path, FRAMES)


@pytest.fixture
def begun(monkeypatch):
    """The processes that a run begins, however little there is to do."""
    monkeypatch.setattr(worker_processes, "LEAST_SECONDS", 1e-9)
    processes, begin = [], WorkerProcesses._begin

    def note(workers):
        processes.append(begin(workers))
        return processes[-1]

    monkeypatch.setattr(WorkerProcesses, "_begin", note)
    return processes


def told(folder, *, name="out", step=STEP, **output):
    """What a run of the step tells; its files lie in NAME.work."""
    ticks, words = [], []
    made = job(matted(folder), folder, flow(), out=f"{folder}/{name}.#.exr", **output)
    run(made, Progress(ticks.append, words.append), step=step)
    return ticks, words


def files(folder, name="out"):
    """The bytes of what the step has made, by frame."""
    return {n: (folder / f"{name}.work" / STEP / f"motion.{n:04d}.exr").read_bytes() for n in FRAMES}


def test_frames_of_processes_have_the_bytes_of_those_that_the_run_makes(shot, begun):
    told(shot, name="alone", threads=1)
    assert not begun
    ticks, _ = told(shot, threads=6)
    assert len(begun) == 3
    assert files(shot) == files(shot, "alone")
    assert [tick.done for tick in ticks] == [0, 1, 2, 3, 4, 5, 6]


def test_what_is_done_already_is_not_given_to_a_process(shot, begun):
    told(shot, threads=1)
    told(shot, threads=6)
    assert not begun


def test_the_run_makes_what_a_process_has_left(shot, begun, monkeypatch):
    monkeypatch.setattr(worker_processes, "MODULE", "nodes.engine.none_of_this_name")
    _, words = told(shot, threads=4)
    assert [process.returncode for process in begun] == [1, 1]
    assert f"{STEP}: frames 1-3 come last, their process ended with 1" in words
    assert set(files(shot)) == set(FRAMES)


def test_a_frame_that_cannot_be_made_is_told_as_ever_and_the_others_are_there(shot, begun):
    damaged = shot / "plate.5.exr"
    damaged.write_bytes(damaged.read_bytes()[:-4])
    with pytest.raises(FramesFailed) as failed:
        told(shot, threads=4)
    assert set(failed.value.failures) == {4, 5, 6}  # it is a neighbour's neighbour, too
    assert sorted(path.name for path in (shot / "out.work" / STEP).glob("*.exr")) == [
        f"motion.000{n}.exr" for n in (1, 2, 3)
    ]


def test_a_stop_ends_the_processes(shot, begun):
    def ask():
        if begun:
            raise Stopped

    with stop_requests(ask), pytest.raises(Stopped):
        told(shot, threads=4)
    assert len(begun) == 2
    assert all(process.returncode is not None for process in begun)


def test_a_process_ends_when_the_run_that_began_it_is_gone(shot):
    waits = """
import threading
from nodes.engine import worker
worker.run_frames = lambda *given: threading.Event().wait()
worker.main()
"""
    task = {"job": job(matted(shot), shot, flow()).to_mapping(), "folder": str(shot), "step": STEP, "frames": [1]}
    process = subprocess.run(
        [sys.executable, "-c", waits],
        input=json.dumps(task) + "\n",  # and no more: its end of the pipe is closed
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(place or os.getcwd() for place in sys.path)},
    )
    assert process.returncode == 1


def made(folder, workers, name):
    """What is left of the step when processes have made it."""
    return workers.make(
        context(matted(folder), folder, flow(), step="motion", threads=4, out=f"{folder}/{name}.#.exr"), FRAMES
    )


def test_processes_are_kept_for_the_next_step_and_begun_again_after_the_end(shot, begun):
    with WorkerProcesses() as workers:
        assert made(shot, workers, "first") == made(shot, workers, "second") == ()
        assert len(begun) == 2
        workers.close()
        assert made(shot, workers, "third") == ()
    assert len(begun) == 4
    assert all(process.returncode is not None for process in begun)


def test_a_process_that_was_lost_between_two_steps_leaves_its_frames_to_the_run(shot, begun):
    with WorkerProcesses() as workers:
        made(shot, workers, "first")
        begun[0].kill()
        assert made(shot, workers, "second") == (1, 2, 3)
        assert made(shot, workers, "third") == ()


def test_a_warning_of_several_processes_is_told_once(shot, begun, monkeypatch, caplog):
    monkeypatch.setattr(worker_processes, "MODULE", "tests.nodes.engine.worker_that_warns")
    told(shot, threads=4)
    assert [record.getMessage() for record in caplog.records] == ["the plate is odd"]


def of(shot, seconds, *, threads=16, memory=64.0, kind="cpu", size=(DISPLAY.width, DISPLAY.height)):
    """The motion of a shot whose frames take so many seconds each."""
    made = context(matted(shot), shot, flow(), step="complete", threads=threads, memory=memory)
    step = replace(made.step, cost=f"tests.nodes.engine.costs:seconds_{seconds}")
    window = replace(made.shot.display, x1=size[0], y1=size[1])
    return replace(made, step=step, shot=replace(made.shot, display=window), device_kind=kind)


def test_two_threads_go_to_a_process(shot):
    assert process_count(of(shot, 2), 50) == 8
    assert process_count(of(shot, 2, threads=7), 50) == 3
    assert process_count(of(shot, 2, threads=3), 50) == 1


def test_what_takes_seconds_in_all_is_not_shared_out(shot):
    assert process_count(of(shot, 2), 4) == 1
    assert process_count(of(shot, 0), 50) == 1


def test_each_process_has_room_for_a_large_plate(shot):
    large = {"size": (3840, 2160)}
    assert process_count(of(shot, 2, memory=8.0, **large), 50) == 1
    assert process_count(of(shot, 2, memory=18.0, **large), 50) == 4
    assert process_count(of(shot, 2, **large), 50) == 8


def test_no_process_is_begun_for_what_a_gpu_makes(shot):
    assert process_count(of(shot, 2, kind="cuda"), 50) == 1
