"""What a job will take, told before it runs."""

from __future__ import annotations

from nodes.job import Job
from vfxlib.shot import OpenShot

__all__ = ["estimate"]

BYTES_A_PIXEL = {"fill": 12, "matte": 2, "confidence": 2, "forward": 8, "backward": 8, "provenance": 4}
PICTURE = 8  # bytes a pixel of a half picture with alpha
MOTION = 24  # bytes a pixel of a motion file, before compression
LINES = 540


def estimate(job: Job, shot: OpenShot) -> str:
    """Disk and memory in words: an upper bound, because compression depends on the picture."""
    pixels = shot.display.width * shot.display.height
    asked = job.output.layers
    layers = BYTES_A_PIXEL if asked == "all" else {n: b for n, b in BYTES_A_PIXEL.items() if n in asked.split(",")}
    out = pixels * (PICTURE + sum(layers.values())) * len(shot.frames)
    factor = min(1.0, LINES / shot.display.height)
    work = 2 * int(pixels * factor * factor) * MOTION * len(shot.frames)
    return (
        f"disk: at most {_gib(out)} for the result and {_gib(work)} for {job.work}\n"
        f"memory: up to {job.output.memory:g} GiB (--memory)"
    )


def _gib(count: int) -> str:
    return f"{count / 2**30:.2f} GiB"
