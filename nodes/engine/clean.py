"""What of a job's work folder nobody needs any more."""

from nodes.engine.digest_cache import open_digests
from nodes.engine.freed import Freeable
from nodes.engine.status import FrameStatus, job_status
from nodes.engine.workspace import Workspace
from nodes.job import Job
from nodes.node import Scope
from nodes.plan import own_steps

__all__ = ["freeable"]


def freeable(job: Job, days: float = 0.0) -> tuple[list[Freeable], int]:
    """The frames of earlier steps that were only needed for the result, once all of that is done.

    Weights, indices and painted key frames stay, for they are small and dear; so does whatever an artist has put there.

    days     only what was written that long ago
    returns  them, and how many frames of the result are not done; if there are any, nothing is needless
    raises   as ``job_status``
    """
    status = {step.name: step for step in job_status(job)}
    last = job.nodes[-1]
    result = status[last.address(last.node.steps[-1].name)]
    undone = sum(each is not FrameStatus.DONE for each in result.frames.values())
    if undone:
        return [], undone
    workspace, digests, found = Workspace(job), open_digests(job.work), []
    for job_node in job.nodes:
        for step in own_steps(job, job_node):
            name = job_node.address(step.name)
            if step.scope is Scope.SHOT or name == result.name:
                continue
            for number, frame in status[name].frames.items():
                path = workspace.files(job_node, step).path(number)
                own = digests.fingerprint(path) if frame is FrameStatus.DONE else None
                if own is not None:
                    found.append(Freeable.of(name, path, own))
    return [each for each in found if each.older(days)], 0
