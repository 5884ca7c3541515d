"""Runs the tasks of a job one after another on this machine."""

from __future__ import annotations

import importlib
import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from nodes.engine import failures, took
from nodes.engine.context import StepContext
from nodes.engine.digest_cache import DigestCache, open_digests
from nodes.engine.fingerprints import reads_the_same
from nodes.engine.freed import forget_freed, read_freed
from nodes.engine.kept import Kept
from nodes.engine.late_files import LateFiles
from nodes.engine.named import named
from nodes.engine.open_job import OpenJob, check_pictures, open_job, seen_by_step
from nodes.engine.resources import frozen, release_freed_arrays, trim_memory, uncollected
from nodes.engine.status import job_status
from nodes.engine.worker_processes import WorkerProcesses
from nodes.engine.workspace import Require, Workspace, require_file
from nodes.job import Job, JobNode, record_job
from nodes.node import Scope, Step
from nodes.plan import Task, own_steps, plan, step_maker
from vfxlib.errors import FramesFailed, UsageError
from vfxlib.io.atomic import remove_abandoned
from vfxlib.io.frames import format_frames
from vfxlib.progress import Progress

if TYPE_CHECKING:  # what moves and registers frames works without torch, and a worker of it starts in half the time
    import torch

__all__ = ["run", "run_frames", "step_context"]


def run(job: Job, progress: Progress, *, step: str = "", frames: tuple[int, ...] = (), patience: float = 0.0) -> None:
    """Run a job, or one step of it, or some frames of one step.

    step      NODE/STEP; "" runs all in order
    frames    only the tasks' work on these; changes no pixel
    patience  seconds to wait for files of earlier steps, made on another machine, that are not there yet
    raises    what the steps raise; FramesFailed if frames failed
    """
    release_freed_arrays()
    opened = open_job(job)
    job, shot = opened.job, opened.shot
    strange = sorted(set(frames) - set(shot.frames))
    if strange:
        raise UsageError(
            f"frames {format_frames(strange)} are not in the job",
            where="--frames",
            fix=f"choose from {format_frames(shot.frames)}",
        )
    tasks = [task for task in plan(job) if step in ("", task.name)]
    if not tasks:
        raise _no_step(job, step)
    if not step and read_freed(job.work):
        if all(each.done for each in job_status(job)):
            progress.message("all is done already, and frames of earlier steps were freed")
            return
        forget_freed(job.work)
    if not step:
        check_pictures(opened)
    if left := remove_abandoned(_folders(job)):
        progress.message(f"removed {len(left)} unfinished files of a run that was killed, such as {left[0]}")
    saved = record_job(job)
    if saved:
        progress.message(f"{saved}: somebody has saved it, so it stays as it is")
    progress.message(f"colour of the plate: {shot.colours.file} ({shot.colours.reason})")
    if shot.matte is not None and shot.matte.still and len(shot.frames) > 1:
        progress.message(f"{shot.matte.footage.path(shot.matte.frames[0])}: one still is the matte of all frames")
    with uncollected():
        device = _device(job, tasks)
    digests = open_digests(job.work)
    before: StepContext | None = None
    require = LateFiles(patience, progress).require
    with Kept() as kept, WorkerProcesses() as workers, frozen():
        try:
            for task in tasks:
                context = step_context(opened, task.job_node, task.step, device, progress, digests, kept, require)
                if before is not None and not reads_the_same(context, before):
                    kept.close()
                with _threads(task.step, job.output.threads):
                    wanted = _share(task, frames) if step or context.is_result else task.frames
                    if rest := workers.make(context, wanted):
                        if task.step.reads_shot:
                            workers.close()  # each holds memory, of which this step may need all
                        _run_task(context, rest)
                before = context
                trim_memory()
        finally:
            digests.save()


def run_frames(job: Job, progress: Progress, step: str, frames: tuple[int, ...]) -> None:
    """Make some frames of a FRAMES step for a run that has begun, and sees to everything else.

    job     as ``open_job`` has completed it
    step    NODE/STEP
    raises  what the step raises; FramesFailed if frames failed
    """
    release_freed_arrays()
    opened = open_job(job)
    task = next(task for task in plan(opened.job) if task.name == step)
    with uncollected():
        device = _device(job, [task])
    digests = open_digests(job.work)
    with Kept() as kept, frozen():
        context = step_context(opened, task.job_node, task.step, device, progress, digests, kept)
        try:
            with _threads(task.step, job.output.threads):
                _run_task(context, frames)
        finally:
            digests.save()


def _device(job: Job, tasks: Sequence[Task]) -> torch.device | None:
    """The device of the tasks; None if none of them computes with torch.

    raises  DeviceError before any work if it is not there
    """
    for task in tasks:
        named(task.step.run)
    if "torch" not in sys.modules:
        return None
    return _open_device(job.output.device)


def _open_device(name: str) -> torch.device:
    opened: torch.device = importlib.import_module("vfxlib.device").open_device(name)
    return opened


def _no_step(job: Job, name: str) -> UsageError:
    """What is said of a step that the job does not run under this name."""
    for each in job.nodes:
        for step in each.node.steps:
            if each.address(step.name) == name:
                maker = step_maker(job, each, step).address(step.name)
                return UsageError(f"{maker} does the work of {name} too", where="--step", fix=f"run --step {maker}")
    choice = ", ".join(dict.fromkeys(task.name for task in plan(job)))
    return UsageError(f"there is no step {name!r} in this job", where="--step", fix=f"choose from {choice}")


def _folders(job: Job) -> list[Path]:
    """The folders that a run of a job writes into."""
    space = Workspace(job)
    steps = [space.folder(job_node, step) for job_node in job.nodes for step in own_steps(job, job_node)]
    return [space.out.folder, job.work, *steps, *(folder / own.FOLDER for folder in steps for own in (failures, took))]


def step_context(
    opened: OpenJob,
    job_node: JobNode,
    step: Step,
    device: torch.device | None,
    progress: Progress,
    digests: DigestCache,
    kept: Kept | None = None,
    require: Require = require_file,
) -> StepContext:
    """What a step has at hand that is to run.

    device  where torch computes what a GPU makes faster, all else it computes on the processor; None for a step that
            does without
    kept    what earlier steps of the node have left open; None for nothing
    require sees that what an earlier step made of a frame is there
    """
    shot = seen_by_step(opened, job_node, step).guarded(digests.guard)
    workspace = Workspace(opened.job, require)
    if device is not None and not step.gpu:
        device = _open_device("cpu")
    kind = "cpu" if device is None else device.type
    return StepContext(opened.job, job_node, step, shot, workspace, digests, kind, progress, device, kept or Kept())


def _run_task(context: StepContext, frames: tuple[int, ...]) -> None:
    begin, before = time.monotonic(), context.progress.advanced
    try:
        named(context.step.run)(context, frames)
    except FramesFailed as failed:
        failures.keep_failures(context.folder, frames, failed.failures)
        raise
    failures.keep_failures(context.folder, frames, {})
    if frames and context.progress.advanced > before:  # not where all was done already
        took.keep_took(context.folder, frames, time.monotonic() - begin)


@contextmanager
def _threads(step: Step, wanted: int) -> Iterator[None]:
    """The threads of torch for a step: as many as are wanted, 0 for all; one where frames are worked on side by side.

    Sums come out in another order on another number of threads, and of frames no bit may depend on it.
    """
    torch = sys.modules.get("torch")
    if torch is None:
        yield
        return
    before = torch.get_num_threads()
    # more than there are cores only wait for each other: three steps of a fit took minutes on 1024
    torch.set_num_threads(1 if step.scope is Scope.FRAMES else min(wanted, os.cpu_count() or 1) or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def _share(task: Task, frames: tuple[int, ...]) -> tuple[int, ...]:
    """The frames of a task's work; frames of the result need all of the steps before them, so only the last is cut."""
    if not frames or task.step.scope is Scope.SHOT:
        return task.frames
    return tuple(n for n in task.frames if n in frames)
