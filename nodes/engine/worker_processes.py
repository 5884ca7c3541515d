"""A step's frames shared out among processes: threads of one process wait for each other's Python.

Two threads of a process keep two cores busy; sixteen do hardly more. So on a machine with more cores a step that takes
long is cut into runs of frames, as on a farm, and processes of their own make them. The run itself then makes what they
have left, and tells what cannot be made, as it does without them.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import pairwise
from typing import Self

import psutil

from nodes.engine.context import StepContext
from nodes.engine.estimate import Cost
from nodes.engine.frame_step import frame_tasks
from nodes.engine.named import named
from nodes.node import Scope
from vfxlib.io.frames import format_frames
from vfxlib.signals import raise_pending

__all__ = ["WorkerProcesses", "process_count"]

MODULE = "nodes.engine.worker"
THREADS = 2  # of a process: so many it keeps busy
LEAST_FRAMES = 2  # of a process
LEAST_SECONDS = 10.0  # of one core's work for a process, which takes some to begin and reads frames beside its own
BASE, PIXEL = 0.5 * 2**30, 450.0  # bytes that a process takes, and for each pixel of the plate: frames to copy from too
LOOK_EVERY = 0.2  # seconds between two looks for a stop
GRACE = 2.0  # seconds that a process has to end

log = logging.getLogger("paintout")


def process_count(context: StepContext, count: int) -> int:
    """Into how many processes so many frames of a step are shared out; 1 where the run makes them itself.

    count  of frames that are to be made
    """
    step, threads = context.step, context.resources.threads
    on_gpu = step.gpu and context.device_kind != "cpu"  # of which each would want memory for itself
    if step.scope is not Scope.FRAMES or not step.cost or on_gpu or threads < 2 * THREADS:
        return 1
    cost: Cost = named(step.cost)(context.shot, context.job_node.params)
    width, height = context.shot.display.size
    most = (
        threads // THREADS,
        count // LEAST_FRAMES,
        int(count * cost.seconds / LEAST_SECONDS),
        int(_room(context) / (BASE + PIXEL * width * height)),
    )
    return max(1, min(most))


def _room(context: StepContext) -> float:
    """Bytes that processes may take together: what the run may take and this process does not."""
    return context.job.output.memory * 2**30 - psutil.Process().memory_info().rss


_Process = subprocess.Popen[str]
_Told = queue.SimpleQueue[tuple[_Process, str | None]]  # a line of a process; None when it has ended


class WorkerProcesses:
    """The processes of a run: begun when they are wanted first, kept for the next step, none left at the end."""

    def __init__(self) -> None:
        self._workers: list[_Process] = []
        self._told: _Told = queue.SimpleQueue()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def make(self, context: StepContext, frames: Sequence[int]) -> tuple[int, ...]:
        """Have processes make the frames of a step that are not done, where that is quicker.

        returns  the frames that are left for the run itself: all where they are too few, and those of a lost process
        raises   what a stop raises
        """
        if process_count(context, len(frames)) < 2:
            return tuple(frames)
        tasks = frame_tasks(context, frames)
        count = process_count(context, len(tasks.unfinished))
        if count < 2:
            return tuple(frames)
        todo = tasks.todo()
        context.digests.save()  # what this run knows of its files they need not read again
        cuts = [len(todo) * i // count for i in range(count + 1)]
        shares = [tuple(todo[a:b]) for a, b in pairwise(cuts)]  # neighbours, which read the same frames around them
        while len(self._workers) < count:
            self._workers.append(self._begin())
        working = dict(zip(self._workers, shares, strict=False))
        for worker, share in working.items():
            _give(worker, _task(context, share, count))
        return tuple(sorted(self._listen(context, working)))

    def close(self) -> None:
        """End them all."""
        workers, self._workers, self._told = self._workers, [], queue.SimpleQueue()
        for worker in workers:
            with suppress(OSError):
                worker.terminate()
        for worker in workers:
            _end(worker)

    def _begin(self) -> _Process:
        path = os.pathsep.join(place or os.getcwd() for place in sys.path)  # modules from where this process has them
        process = subprocess.Popen(
            [sys.executable, "-P", "-m", MODULE],
            stdin=subprocess.PIPE,  # when it closes, whoever began the process is gone
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,  # what it cannot make the run itself tries again, and tells
            env={**os.environ, "PYTHONPATH": path},
            encoding="utf-8",
        )
        threading.Thread(target=_hear, args=(process, self._told), daemon=True).start()
        return process

    def _listen(self, context: StepContext, working: dict[_Process, tuple[int, ...]]) -> list[int]:
        """The frames of processes that failed, when all have ended their task; what they tell is passed on."""
        left: list[int] = []
        warned: set[str] = set()
        while working:
            raise_pending()
            try:
                worker, line = self._told.get(timeout=LOOK_EVERY)
            except queue.Empty:
                continue
            words = _words(line)
            if line is None:
                self._workers.remove(worker)
                words = {"ended": _end(worker)}
            if worker not in working:
                continue  # it was lost while it had nothing to do
            if "ended" in words:
                code, share = words["ended"], working.pop(worker)
                if code != 0:
                    left += share
                    told = f"frames {format_frames(share)} come last, their process ended with {code}"
                    context.progress.message(f"{context.name}: {told}")
            elif "frame" in words:
                context.progress.advance()
            elif (warning := str(words.get("warning", ""))) and warning not in warned:
                warned.add(warning)
                log.warning("%s", warning)
        return left


def _task(context: StepContext, frames: tuple[int, ...], count: int) -> str:
    """What a process is asked for; ``nodes.engine.worker`` says how it is answered."""
    memory = max(0.5, _room(context) / 2**30 / count)
    job = replace(context.job, output=replace(context.job.output, memory=memory, threads=THREADS))
    task = {"job": job.to_mapping(), "folder": os.getcwd(), "step": context.name, "frames": list(frames)}
    return json.dumps(task) + "\n"


def _give(worker: _Process, task: str) -> None:
    assert worker.stdin is not None
    with suppress(OSError):  # it has ended already, which is heard
        worker.stdin.write(task)
        worker.stdin.flush()


def _end(worker: _Process) -> int:
    """End a process if it has not ended; its exit code."""
    try:
        code = worker.wait(GRACE)
    except subprocess.TimeoutExpired:
        worker.kill()
        code = worker.wait()
    if worker.stdin is not None:
        with suppress(OSError):  # what was not written yet has no reader any more
            worker.stdin.close()
    return code


def _hear(worker: _Process, told: _Told) -> None:
    assert worker.stdout is not None
    with worker.stdout as lines, suppress(OSError, ValueError):
        for line in lines:
            told.put((worker, line))
    told.put((worker, None))


def _words(line: str | None) -> dict[str, object]:
    """What a process tells; nothing of a line that a library has printed."""
    with suppress(ValueError):
        words = json.loads(line or "")
        if isinstance(words, dict):
            return words
    return {}
