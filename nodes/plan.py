"""The tasks of a job in an order that works, and what its nodes take from each other."""

from dataclasses import dataclass, replace

from nodes.job import Job, JobNode
from nodes.node import Scope, Step
from nodes.shot import PORTS
from vfxlib.errors import UsageError
from vfxlib.io.frames import chunks, format_frames

__all__ = [
    "Task",
    "check_inputs",
    "fill_maker",
    "matte_maker",
    "own_steps",
    "plan",
    "step_maker",
    "taken",
    "used_nodes",
    "with_frames",
    "working_size",
]

PATIENCE = 20.0  # seconds that a farm's task waits for a file of another machine: twice what SMB keeps a folder for


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

    def command(self, job: str, frames: str = "") -> tuple[str, ...]:
        """What ``paintout`` is told to run it, or some of its frames: the same words on every farm.

        job     name of the job's file
        frames  of the task, as a list; a farm's word that stands for them; "" for all
        """
        words = ("run", job, "--step", self.name, "--patience", f"{PATIENCE:g}")
        if self.step.scope is Scope.SHOT:
            return words
        return (*words, f"--frames={frames or format_frames(self.frames)}")  # "=", for a list may begin with a minus


def plan(job: Job, chunk: int | None = None) -> list[Task]:
    """The tasks of a job in an order that works; ``job.shot.frames`` must be set.

    chunk  most frames in a task of a FRAMES step; None makes one task of each step
    """
    frames = job.shot.frames
    tasks: list[Task] = []
    previous: tuple[int, ...] = ()  # a node waits for all of the node before it
    made: dict[str, tuple[int, ...]] = {}
    for job_node in job.nodes:
        for step in own_steps(job, job_node):
            read = [
                (step_maker(job, job_node, other), other.name) for other in map(job_node.node.step, step.depends_on)
            ]
            after = {i for maker, name in read for i in made[maker.address(name)]}
            if all(maker != job_node for maker, _ in read):  # nothing of its own that has waited
                after.update(previous)
            cuts = [frames] if step.scope is Scope.SHOT or chunk is None else chunks(frames, chunk)
            first = len(tasks)
            tasks.extend(Task(job_node, step, cut, tuple(sorted(after))) for cut in cuts)
            made[job_node.address(step.name)] = tuple(range(first, len(tasks)))
        previous = made[job_node.address(job_node.node.steps[-1].name)]
    return tasks


def working_size(job_node: JobNode, step: Step) -> int:
    """Longest side of the picture that a step works on; 0 for the plate's own size."""
    return step.size(job_node.params) or job_node.working_size


def step_maker(job: Job, job_node: JobNode, step: Step) -> JobNode:
    """The node that runs a step for another: an earlier one that has the same step, else the node itself."""
    for other in job.nodes[: job.index(job_node)]:
        if _makes_same(job, other, job_node, step.name):
            return other
    return job_node


def own_steps(job: Job, job_node: JobNode) -> tuple[Step, ...]:
    """The steps of a node that it runs itself, in order."""
    return tuple(step for step in job_node.node.steps if step_maker(job, job_node, step) == job_node)


def _makes_same(job: Job, first: JobNode, second: JobNode, name: str) -> bool:
    """True if a step of this name is the same work in both nodes, with all that it is made from."""
    steps = [[step for step in each.node.steps if step.name == name and step.shared] for each in (first, second)]
    if not all(steps):
        return False
    (one,), (two,) = steps
    same = (one.run, one.uses, one.depends_on) == (two.run, two.uses, two.depends_on)
    return (
        same
        and all(getattr(first.params, use) == getattr(second.params, use) for use in one.uses)
        and one.reach(first.params) == two.reach(second.params)
        and working_size(first, one) == working_size(second, two)
        and matte_maker(job, first) == matte_maker(job, second)
        and all(_makes_same(job, first, second, other) for other in one.depends_on)
    )


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
            takes = "takes" if len(job.nodes) == 1 else "take"
            before = ", or run mask-propagate before everything else" if port == "key" else ""
            fix = f"take {port} out of the job's shot{before}"
            raise UsageError(f"{names} {takes} no {port}", where=where, fix=fix)
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
        fill = each.node.input("fill")
        if fill is not None and fill.required and not job.shot.fill and fill_maker(job, each) is None:
            raise UsageError(
                f"{each.name} is given no fill, and the node before it makes none",
                where="--fill",
                fix="name a sequence such as fill/fill.####.exr, or put a node before it that fills the matte",
            )
        _check_sizes(job, each)


def _check_sizes(job: Job, job_node: JobNode) -> None:
    """See that a node which works at a smaller size is one whose result another can take so.

    raises  UsageError
    """
    if job_node.working_size and (job_node.node.makes_mattes or job_node == job.nodes[-1]):
        mattes = job_node.node.makes_mattes
        raise UsageError(
            f"{job_node.name} {'makes mattes' if mattes else 'writes the result'}, which must be of the plate's size",
            where=f"{job_node.name}, working_size",
            fix="take its working_size out of the job" + ("" if mattes else ", or run residual-hires behind it"),
        )
    maker, port = fill_maker(job, job_node), job_node.node.input("fill")
    if maker is None or port is None or port.any_size or maker.working_size == job_node.working_size:
        return
    raise UsageError(
        f"{job_node.name} takes a fill of its own size, and {maker.name} works at another",
        where=f"{maker.name}, working_size",
        fix="give both the same working_size",
    )


def with_frames(job: Job, frames: tuple[int, ...]) -> Job:
    """The job with its frames set."""
    return replace(job, shot=replace(job.shot, frames=frames))
