"""The tasks of a job in an order that works, and what its nodes take from each other."""

from dataclasses import dataclass, replace

from nodes.job import Job, JobNode
from nodes.node import Scope, Step
from nodes.shot import PORTS
from vfxlib.errors import UsageError
from vfxlib.io.frames import chunks

__all__ = ["Task", "check_inputs", "fill_maker", "matte_maker", "plan", "taken", "used_nodes", "with_frames"]


@dataclass(frozen=True)
class Task:
    """One step on one chunk of frames.

    job_node  node and parameters
    step      the step
    frames    frames that it makes; all of the job's for a SHOT step
    after     indices of the tasks in the plan that must be done before
    """

    job_node: JobNode
    step: Step
    frames: tuple[int, ...]
    after: tuple[int, ...]

    @property
    def name(self) -> str:
        """NODE/STEP."""
        return self.job_node.address(self.step.name)


def plan(job: Job, chunk: int | None = None) -> list[Task]:
    """The tasks of a job in an order that works; ``job.shot.frames`` must be set.

    chunk  most frames in a task of a FRAMES step; None makes one task of each step
    """
    frames = job.shot.frames
    tasks: list[Task] = []
    previous: tuple[int, ...] = ()  # a node waits for all of the node before it
    for job_node in job.nodes:
        made: dict[str, tuple[int, ...]] = {}
        for step in job_node.node.steps:
            after = tuple(i for name in step.depends_on for i in made[name]) or previous
            cuts = [frames] if step.scope is Scope.SHOT or chunk is None else chunks(frames, chunk)
            first = len(tasks)
            tasks.extend(Task(job_node, step, cut, after) for cut in cuts)
            made[step.name] = tuple(range(first, len(tasks)))
        previous = made[job_node.node.steps[-1].name]
    return tasks


def matte_maker(job: Job, job_node: JobNode) -> JobNode | None:
    """The node from which another takes its mattes: the last one before it that makes some; None if none does."""
    makers = [other for other in job.nodes[: job.index(job_node)] if other.node.makes_mattes]
    return makers[-1] if makers and job_node.node.takes("matte") else None


def fill_maker(job: Job, job_node: JobNode) -> JobNode | None:
    """The node whose result another takes for its fill: the one right before it; None if another fill is given."""
    index = job.index(job_node)
    if not job_node.node.takes("fill") or job.shot.fill or index == 0:
        return None
    before = job.nodes[index - 1]
    return before if before.node.writes("fill") else None


def used_nodes(job: Job) -> tuple[JobNode, ...]:
    """The nodes that the job's result hangs on: the last one, and those whose mattes or fill one of them takes."""
    used: list[JobNode] = []
    todo = [job.nodes[-1]]
    while todo:
        each = todo.pop()
        if each not in used:
            used.append(each)
            todo.extend(maker for maker in (matte_maker(job, each), fill_maker(job, each)) if maker is not None)
    return tuple(each for each in job.nodes if each in used)


def taken(job: Job, job_node: JobNode) -> frozenset[str]:
    """The inputs of a node that are there, by name: given, or made by a node before it."""
    made = {"matte": matte_maker(job, job_node), "fill": fill_maker(job, job_node)}
    return frozenset(
        port.name for port in job_node.node.inputs if getattr(job.shot, port.name) or made.get(port.name) is not None
    )


def check_inputs(job: Job) -> None:
    """See that what the job gives is taken by one of its nodes, and that each has the mattes or keys that it needs.

    raises  UsageError for an input that none of them has, for one that is missing, and for a matte beside keys
    """
    for port in PORTS:
        given = getattr(job.shot, port)
        if given and not any(each.node.takes(port) for each in job.nodes):
            names = " and ".join(each.name for each in job.nodes)
            where = given if isinstance(given, str) else " ".join(f"--{port} {number}={path}" for number, path in given)
            raise UsageError(f"{names} takes no {port}", where=where, fix=f"take {port} out of the job's shot")
    for each in job.nodes:
        if each.node.makes_mattes and job.shot.matte:
            raise UsageError(
                f"{each.name} makes the matte, and one is given as well",
                where=job.shot.matte,
                fix=f"leave out the matte, or {each.name}",
            )
        if each.node.takes("key") and job.shot.plate and not job.shot.key:
            raise UsageError(
                f"{each.name} is given no key", where="--key", fix="name a matte for a frame: --key 1001=matte.1001.exr"
            )
        if each.node.takes("matte") and not job.shot.matte and job.shot.key and matte_maker(job, each) is None:
            raise UsageError(
                f"{each.name} is given no matte, and no node before it makes one",
                where="--matte",
                fix="name a sequence such as matte/matte.####.exr, or run mask-propagate before it",
            )


def with_frames(job: Job, frames: tuple[int, ...]) -> Job:
    """The job with its frames set."""
    return replace(job, shot=replace(job.shot, frames=frames))
