"""Runs the tasks of a job one after another on this machine."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import torch

from nodes.declare import Text, controls, option
from nodes.engine.context import StepContext
from nodes.engine.memory import trim_memory
from nodes.engine.output import wanted_layers
from nodes.job import Job, Task, check_inputs, plan, save_job, with_frames
from nodes.node import Scope, Step
from vfxlib.device import open_device
from vfxlib.errors import OutputError, UsageError
from vfxlib.inputs.prior_fill import check_fill
from vfxlib.inputs.shot import OpenShot, check_mattes, open_shot
from vfxlib.io.frames import format_frames
from vfxlib.io.sequence import parse_sequence
from vfxlib.progress import Progress

__all__ = ["open_job", "run"]

Runner = Callable[[StepContext, Step, tuple[int, ...]], None]


def open_job(job: Job) -> tuple[Job, OpenShot]:
    """The job with its frames known, and its shot opened and checked as far as headers go.

    raises  UsageError, InputError, OutputError
    """
    shot = job.shot
    check_inputs(job)
    _check_files(job)
    wanted_layers(job)  # a fit of minutes must not end in a wrong name
    fillers = [use.params for use in job.nodes if use.node.takes("matte")]
    grow = max((float(getattr(params, "grow", 0.0)) for params in fillers), default=0.0)
    opened = open_shot(
        plate=shot.plate,
        matte=shot.matte,
        plate_layer=shot.plate_layer,
        matte_channel=shot.matte_channel,
        matte_id=shot.matte_id,
        frames=shot.frames,
        colorspace=shot.colorspace,
        output_colorspace=shot.output_colorspace,
        ocio=shot.ocio,
        grow=grow,
        keep=job.output.keep_layers,
        fill=shot.fill,
        keys=shot.key,
        apart=any(getattr(use.params, "objects", "") == "apart" for use in job.nodes),
    )
    for number in opened.frames:
        opened.header(number)
    _check_output(job, opened)
    return with_frames(job, opened.frames), opened


def run(job: Job, progress: Progress, *, step: str = "", frames: tuple[int, ...] = ()) -> None:
    """Run a job, or one step of it, or some frames of one step.

    step    NODE/STEP; "" runs all in order
    frames  only the tasks' work on these; changes no pixel
    raises  what the steps raise; FramesFailed if frames failed
    """
    job, shot = open_job(job)
    strange = sorted(set(frames) - set(shot.frames))
    if strange:
        raise UsageError(
            f"frames {format_frames(strange)} are not in the job",
            where="--frames",
            fix=f"choose from {format_frames(shot.frames)}",
        )
    tasks = [task for task in plan(job) if step in ("", task.name)]
    if not tasks:
        raise UsageError(
            f"there is no step {step!r} in this job",
            where="--step",
            fix=f"choose from {', '.join(dict.fromkeys(task.name for task in plan(job)))}",
        )
    if not step:
        check_mattes(shot)
        if shot.fill is not None:
            check_fill(shot.fill, shot.frames, shot.display)
    save_job(job, job.work / "job.json")
    progress.message(f"colour of the plate: {shot.colours.file} ({shot.colours.reason})")
    device = open_device(job.output.device)
    stages = {id(use): StepContext(job, use, shot, device, progress) for use in job.nodes}
    for task in tasks:
        context = stages[id(task.job_node)]
        last = bool(step) or context.is_last(task.step)
        with _threads(task.step, job.output.threads):
            runner(task)(context, task.step, _share(task, frames) if last else task.frames)
        trim_memory()


@contextmanager
def _threads(step: Step, wanted: int) -> Iterator[None]:
    """The threads of torch for a step: as many as are wanted, 0 for all; one where frames are worked on side by side.

    Sums come out in another order on another number of threads, and of frames no bit may depend on it.
    """
    before = torch.get_num_threads()
    torch.set_num_threads(1 if step.scope is Scope.FRAMES else wanted or before)
    try:
        yield
    finally:
        torch.set_num_threads(before)


def runner(task: Task) -> Runner:
    """The function that a step names; imported here and not before."""
    module, name = task.step.run.split(":")
    return cast(Runner, getattr(importlib.import_module(module), name))


def _share(task: Task, frames: tuple[int, ...]) -> tuple[int, ...]:
    """The frames of a task's work; frames of the result need all of the steps before them, so only the last is cut."""
    if not frames or task.step.scope is Scope.SHOT:
        return task.frames
    return tuple(n for n in task.frames if n in frames)


def _check_files(job: Job) -> None:
    """See before any work that the files that parameters name are there, and will not be written over by the job."""
    for use in job.nodes:
        for name, control in controls(use.params).items():
            path = getattr(use.params, name)
            if not (isinstance(control, Text) and control.what == "FILE" and path):
                continue
            if not Path(path).is_file():
                raise UsageError("there is no such file", where=f"{option(name)} {path}", fix="check its name")
            folder = job.work / use.node.name
            if folder.resolve() in Path(path).resolve().parents:
                raise UsageError(
                    f"the file lies where {use.node.name} of this job will write",
                    where=f"{option(name)} {path}",
                    fix="copy it to another place, or choose another --work",
                )


def _check_output(job: Job, shot: OpenShot) -> None:
    if not job.output.out:
        raise UsageError("no output is given", where="--out", fix="name a sequence such as clean/clean.####.exr")
    out = parse_sequence(job.output.out)
    if not out.suffix.lower().endswith(".exr"):
        raise UsageError("the output must be an EXR sequence", where=job.output.out, fix="name it clean.####.exr")
    first = shot.frames[0]
    if len(shot.frames) > 1 and out.path(first) == out.path(shot.frames[1]):
        raise UsageError(
            "the output has no place for the frame number", where=job.output.out, fix="write clean.####.exr"
        )
    given = [shot.plate, *(files.footage for files in (shot.matte, shot.fill) if files is not None)]
    inputs = {footage.path(n).resolve() for footage in given for n in shot.frames}
    if shot.keys is not None:
        inputs |= {shot.keys.path(n).resolve() for n in shot.keys.frames}
    for number in shot.frames:
        if out.path(number).resolve() in inputs:
            raise OutputError(
                "the output lies on top of the input", where=out.path(number), fix="choose another folder or name"
            )
