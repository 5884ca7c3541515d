"""A job as every farm sees it: its steps, what each waits for, how it is cut and what it needs."""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from nodes.job import Job
from nodes.names import shown
from nodes.node import Scope
from nodes.plan import Task, plan
from vfxlib.errors import UsageError

__all__ = ["JOB_FILE", "RETRIES", "FarmJob", "FarmStep", "farm_job"]

JOB_FILE = "job.json"  # in a bundle

CHUNK_SECONDS = 600.0  # that a task takes by choice: long beside its start, short beside what a stop may lose
BRACES = str.maketrans("{}", "()")  # two of which hold a value of OpenJD's
CORES = 4  # of a worker, where nothing is known of it
LONGEST = 20  # times what a task takes by choice: until then it is slow, and then it hangs
LEAST_TIMEOUT = 3600.0  # seconds
RETRIES = 5  # of a task: a worker that is taken away ends with 75 or is killed, and the next one goes on where it was


@dataclass(frozen=True)
class FarmStep:
    """One step of a job.

    task      all of its frames in one
    waits     addresses of the steps that must be done before, in order
    chunk     most frames in a task; all of them for a SHOT step
    seconds   about what a task takes on a worker of four cores; 0 where nothing is known
    memory    bytes that a worker needs
    gpu       True if a worker needs a GPU
    """

    task: Task
    waits: tuple[str, ...]
    chunk: int
    seconds: float
    memory: int
    gpu: bool

    @property
    def name(self) -> str:
        """NODE/STEP."""
        return self.task.name

    @property
    def cut(self) -> bool:
        """True if it may be cut into chunks of frames."""
        return self.task.step.scope is Scope.FRAMES

    @property
    def mebibytes(self) -> int:
        """Memory that a worker needs, in whole MiB."""
        return -(-self.memory // 2**20)

    @property
    def timeout(self) -> float:
        """Seconds after which a task hangs."""
        return max(LEAST_TIMEOUT, LONGEST * self.seconds)

    @property
    def whole(self) -> bool:
        """True if no frame is missing between the first and the last one."""
        frames = self.task.frames
        return len(frames) == frames[-1] - frames[0] + 1


@dataclass(frozen=True)
class FarmJob:
    """A job with all that a farm must know of it.

    job    opened: with its frames, its colour configuration and whole paths
    path   where its file lies, for all workers
    name   a few words for people
    steps  in an order that works
    inputs files that it reads, beside its own
    """

    job: Job
    path: Path
    name: str
    steps: tuple[FarmStep, ...]
    inputs: tuple[Path, ...]

    @property
    def out(self) -> Path:
        """The folder of the result."""
        return Path(self.job.output.out).parent


def farm_job(job: Job, path: Path, chunk: int = 0) -> FarmJob:
    """A job as farms take it; opens it, and so sees that it can run.

    path    where its file will lie, absolute
    chunk   most frames in a task of every step that may be cut; 0 chooses by what a step costs
    raises  as ``nodes.engine.open_job.open_job``
    """
    from nodes.engine.estimate import step_cost
    from nodes.engine.open_job import check_named_files, input_files, open_job

    opened = open_job(job)
    check_named_files(opened)
    job = _for_any_worker(opened.job)
    tasks = plan(job)
    steps = []
    for task in tasks:
        cost = step_cost(opened, task.job_node, task.step)
        count = len(task.frames)
        size = count if task.step.scope is Scope.SHOT else min(count, chunk or _chunk(cost.seconds))
        frames = size if task.step.scope is Scope.FRAMES else 1
        steps.append(
            FarmStep(
                task,
                tuple(tasks[index].name for index in task.after),
                size,
                cost.seconds * frames / CORES,
                max(cost.memory, int(job.output.memory * 2**30)),
                task.step.gpu and job.output.device.startswith("cuda"),
            )
        )
    inputs = tuple(sorted({each.absolute() for each in input_files(opened)}))
    _check_names([str(each) for each in (path, job.output.out, job.work, *inputs)])
    return FarmJob(job, path, _name(job), tuple(steps), inputs)


def _check_names(paths: Iterable[str]) -> None:
    """See that every name can stand in a farm's own files, which are lines of text.

    raises  UsageError
    """
    for path in paths:
        if not path.isprintable():  # half of a surrogate pair stands for a byte that is no character
            raise UsageError("holds what no farm can be told", where=shown(path), fix="rename it in plain characters")


def _chunk(seconds: float) -> int:
    """Frames of a task, by the processor time of one of them."""
    return max(1, math.floor(CHUNK_SECONDS * CORES / seconds)) if seconds > 0 else 10**6


def _for_any_worker(job: Job) -> Job:
    """The job as it comes out the same whoever runs a part of it.

    Frames hold the kind of device that made them: what one worker makes on a GPU and the next on its processor would
    never be done.
    """
    device = job.output.device
    if device == "auto":
        device = "cpu"
    return replace(job, output=replace(job.output, device=device, work=str(job.work.absolute())))


def _name(job: Job) -> str:
    nodes = ", ".join(each.name for each in job.nodes)
    return f"{Path(job.output.out).parent.name} {job.name}: {nodes}"[:128].translate(BRACES)
