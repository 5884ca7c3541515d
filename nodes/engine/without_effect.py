"""Options that were given and change nothing, as the others stand: a person who gives one thinks that it does."""

from collections.abc import Iterator, Sequence

from nodes.declare import FrameList, controls, option
from nodes.engine.layers import OBJECTS
from nodes.job import Job, JobNode
from nodes.plan import taken, used_nodes
from nodes.shot import PORTS
from vfxlib.inputs.cryptomatte import PREFIX
from vfxlib.io.frames import format_frames

__all__ = ["without_effect"]


def without_effect(job: Job, objects: Sequence[str] = ()) -> list[str]:
    """What of an opened job changes no pixel though it was given, each with the reason: a sentence without a full stop.

    Only what differs from its default counts as given.

    objects  that the last node's matte tells apart
    """
    return [*_of_shot(job), *_of_output(job, objects), *_of_nodes(job)]


def _of_shot(job: Job) -> Iterator[str]:
    shot, used = job.shot, used_nodes(job)
    if shot.matte_id >= 0 and shot.matte_channel.startswith(PREFIX):
        yield "--matte-id has no effect: --matte-channel names an object of a Cryptomatte"
    if shot.mend_mattes:  # of a job that had gaps it is gone, and a node has come
        yield "--mend-mattes has no effect: no frame lacks its matte"
    for port in PORTS:
        takers = [each.name for each in job.nodes if each.node.takes(port)]
        if getattr(shot, port) and not any(each.node.takes(port) for each in used):
            yield f"{option(port)} has no effect: of {' and '.join(takers)}, which takes it, no result is used"


def _of_output(job: Job, objects: Sequence[str]) -> Iterator[str]:
    used = used_nodes(job)
    if job.output.stmap and not job.nodes[-1].node.writes("stmap"):
        yield f"--stmap has no effect: {job.nodes[-1].name} writes no such layer"
    if job.output.cryptomatte and not job.nodes[-1].node.takes("matte"):
        yield f"--cryptomatte has no effect: {job.nodes[-1].name} takes no matte"
    if OBJECTS in job.output.layers.replace(" ", "").split(",") and not objects:
        yield f"--layers {OBJECTS} has no effect: no objects are told apart; name some with --remove"
    if job.output.seed and not any(step.random for each in used for step in each.node.steps):
        yield "--seed has no effect: nothing in this job is random"


def _of_nodes(job: Job) -> Iterator[str]:
    used = used_nodes(job)
    for each in job.nodes:
        if each not in used:
            behind = job.nodes[job.index(each) + 1 :]
            yield f"{each.name} has no effect: {' and '.join(other.name for other in behind)} takes nothing from it"
            continue
        before = f"{each.name}: " if len(job.nodes) > 1 else ""
        yield from (f"{before}{words}" for words in _of_params(job, each))


def _of_params(job: Job, job_node: JobNode) -> Iterator[str]:
    params = job_node.params
    given = params.changed()
    for name, reason in job_node.node.without_effect(params, taken(job, job_node)).items():
        if name in given:
            yield f"{option(name)} has no effect: {reason}"
    for name, control in controls(params).items():
        outside = set(getattr(params, name)) - set(job.shot.frames) if isinstance(control, FrameList) else set()
        if outside:
            yield f"{format_frames(outside)} of {option(name)} has no effect: the job has no such frame"
