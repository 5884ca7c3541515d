"""What a job will take, told before it runs."""

from __future__ import annotations

from nodes.job import Job, Use
from nodes.node import Layer
from nodes.processors.flow_inpaint.looking import motion_shape
from nodes.processors.output import wanted_layers
from vfxlib.shot import OpenShot

__all__ = ["estimate"]

BYTES = {"half": 2, "float": 4}
PICTURE = 8  # bytes a pixel of a half picture with alpha
MOTION = 24  # bytes a pixel of a motion file, before compression
WEIGHTS = 1.7e6  # numbers in a network of full width; it grows with the square of the width
KEPT = 7  # times that a fit keeps them: the network, two moments, two averages, the weights and what they replace
CURVE = 2**20  # bytes of what a fit tells of itself


def estimate(job: Job, shot: OpenShot) -> str:
    """Disk and memory in words: an upper bound, because compression depends on the picture."""
    outputs = job.uses[-1].node.outputs
    wanted = wanted_layers(job)
    out = _result(shot, tuple(layer for layer in outputs if layer.name in wanted))
    work = sum(_steps(use, shot) for use in job.uses)
    work += sum(_result(shot, use.node.outputs) for use in job.uses[:-1])
    return (
        f"disk: at most {_size(out)} for the result and {_size(work)} for {job.work}\n"
        f"memory: up to {job.output.memory:g} GiB (--memory)"
    )


def _result(shot: OpenShot, layers: tuple[Layer, ...]) -> int:
    """Bytes of a node's pictures with these layers."""
    pixel = PICTURE + sum(BYTES[layer.pixel] * len(layer.channels) for layer in layers)
    return shot.display.width * shot.display.height * pixel * len(shot.frames)


def _steps(use: Use, shot: OpenShot) -> int:
    """Bytes of what a node's steps keep in the work folder beside pictures."""
    given = use.params.to_mapping()
    if use.node.name == "internal-fit":
        networks = 1 if given["network"] in ("auto", "base") else 2
        return int(4 * WEIGHTS * given["width"] ** 2 * networks * KEPT) + CURVE
    height, width = motion_shape(shot.display)
    return 2 * height * width * MOTION * len(shot.frames)


def _size(count: int) -> str:
    return f"{count / 2**30:.2f} GiB" if count >= 2**30 / 10 else f"{count / 2**20:.0f} MiB"
