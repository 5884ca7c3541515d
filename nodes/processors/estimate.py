"""What a job will take, told before it runs."""

from __future__ import annotations

from nodes.job import Job
from nodes.processors.flow_inpaint.looking import motion_shape
from nodes.processors.output import wanted_layers
from vfxlib.shot import OpenShot

__all__ = ["estimate"]

BYTES = {"half": 2, "float": 4}
PICTURE = 8  # bytes a pixel of a half picture with alpha
MOTION = 24  # bytes a pixel of a motion file, before compression


def estimate(job: Job, shot: OpenShot) -> str:
    """Disk and memory in words: an upper bound, because compression depends on the picture."""
    outputs = job.uses[-1].node.outputs
    wanted = wanted_layers(job, tuple(layer.name for layer in outputs))
    layers = sum(BYTES[layer.pixel] * len(layer.channels) for layer in outputs if layer.name in wanted)
    out = shot.display.width * shot.display.height * (PICTURE + layers) * len(shot.frames)
    height, width = motion_shape(shot.display)
    work = 2 * height * width * MOTION * len(shot.frames)
    return (
        f"disk: at most {_gib(out)} for the result and {_gib(work)} for {job.work}\n"
        f"memory: up to {job.output.memory:g} GiB (--memory)"
    )


def _gib(count: int) -> str:
    return f"{count / 2**30:.2f} GiB"
