"""What a job will take."""

from dataclasses import dataclass

from nodes.engine.layers import wanted_layers, written_layers
from nodes.engine.named import named
from nodes.engine.objects import result_objects
from nodes.engine.open_job import OpenJob, seen_by_step
from nodes.job import JobNode
from nodes.node import Layer, Scope, Step
from nodes.plan import own_steps
from vfxlib.inputs.shot import OpenShot

__all__ = ["Cost", "estimate", "step_cost"]

BYTES = {"half": 2, "float": 4}
PICTURE = 8  # bytes a pixel of a half picture with alpha


@dataclass(frozen=True)
class Cost:
    """What a step takes; upper bounds, because compression depends on the picture.

    disk     bytes that it leaves in the work folder, or needs there meanwhile, beside pictures
    memory   bytes that it needs on the processor, whatever --memory says; 0 if any will do
    seconds  processor time of one core, roughly: of a frame, or of all of a SHOT step; 0 if nobody has measured it
    """

    disk: int = 0
    memory: int = 0
    seconds: float = 0.0


def estimate(opened: OpenJob) -> str:
    """Disk, memory and time in words."""
    job, shot = opened.job, opened.shot
    out = _result(shot, wanted_layers(job), result_objects(job, opened.nodes[-1].matte).pixel_bytes)
    work = sum(_result(shot.reduced(each.working_size), written_layers(job, each, False)) for each in job.nodes[:-1])
    needs: list[str] = []
    seconds = 0.0
    for each in job.nodes:
        steps = own_steps(job, each)
        costs = [step_cost(opened, each, step) for step in steps]
        for step, cost in zip(steps, costs, strict=True):
            seconds += cost.seconds * (len(shot.frames) if step.scope is Scope.FRAMES else 1)
        work += sum(cost.disk for cost in costs)
        needed = max((cost.memory for cost in costs), default=0)
        if needed:
            needs.append(f"{each.name} needs {_size(needed)}")
    processor = f", of which {' and '.join(needs)} on the processor" if needs else ""
    return (
        f"disk: at most {_size(out)} for the result and {_size(work)} for {job.work}\n"
        f"memory: up to {job.output.memory:g} GiB (--memory){processor}\n"
        f"time: roughly {_minutes(seconds)} of one core, less of several"
    )


def step_cost(opened: OpenJob, job_node: JobNode, step: Step) -> Cost:
    """What a step of a node takes, as far as its declaration can tell."""
    cost: Cost = named(step.cost)(seen_by_step(opened, job_node, step), job_node.params) if step.cost else Cost()
    return cost


def _result(shot: OpenShot, layers: tuple[Layer, ...], more: int = 0) -> int:
    """Bytes of a node's pictures with these layers, and more in each pixel."""
    pixel = PICTURE + more + sum(BYTES[layer.pixel] * len(layer.channels) for layer in layers)
    return shot.display.width * shot.display.height * pixel * len(shot.frames)


def _size(count: int) -> str:
    return f"{count / 2**30:.2f} GiB" if count >= 2**30 / 10 else f"{count / 2**20:.0f} MiB"


def _minutes(seconds: float) -> str:
    minutes = max(1, round(seconds / 60))
    return f"{minutes} min" if minutes < 120 else f"{minutes / 60:.0f} h"
