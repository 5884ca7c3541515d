"""What a job will take, told before it runs."""

from __future__ import annotations

from typing import Any, cast

from nodes.engine.output import wanted_layers
from nodes.internal_fit import InternalFitParams
from nodes.job import Job, JobNode
from nodes.node import Layer
from nodes.processors.motion.views import motion_shape
from vfxlib.inputs.shot import OpenShot
from vfxlib.internal_fit.downsample import halvings
from vfxlib.internal_fit.memory import fit_bytes
from vfxlib.internal_fit.objective import InpaintSettings
from vfxlib.mask_propagate.dataset import carry_shape
from vfxlib.mask_propagate.features import KEPT as SHOWN
from vfxlib.mask_propagate.objective import NEEDED
from vfxlib.nets.painter import PainterSettings
from vfxlib.train.memory import PROCESS

__all__ = ["estimate"]

BYTES = {"half": 2, "float": 4}
PICTURE = 8  # bytes a pixel of a half picture with alpha
MOTION = 24  # bytes a pixel of a motion file, before compression
CARRIED = 16  # bytes a pixel of a carried matte
FOUND = 8  # bytes a pixel of an object's mattes while they are carried and learned from
AROUND = 4  # bytes a pixel of how its surroundings move, meanwhile
MASKER = 1_300_000  # weights of the network that finds objects
NUMBERS = {"base": 1.7e6, "stacked": 3.4e6, "coarse-to-fine": 4.5e6}  # weights of a network of full width
KEPT = 12  # times that a level of a fit keeps them: weights, and of two states network, two moments and two averages
SEEN = 10  # bytes a pixel of a frame as a fit keeps it, most of it on disk unless a GPU has room
CURVE = 2**20  # bytes of what a fit tells of itself


def estimate(job: Job, shot: OpenShot) -> str:
    """Disk and memory in words: an upper bound, because compression depends on the picture."""
    outputs = job.nodes[-1].node.outputs
    wanted = wanted_layers(job)
    out = _result(shot, tuple(layer for layer in outputs if layer.name in wanted))
    work = sum(_steps(use, shot) for use in job.nodes)
    work += sum(_result(shot, use.node.outputs) for use in job.nodes[:-1])
    return (
        f"disk: at most {_size(out)} for the result and {_size(work)} for {job.work}\n"
        f"memory: up to {job.output.memory:g} GiB (--memory){''.join(_needs(use) for use in job.nodes)}"
    )


def _result(shot: OpenShot, layers: tuple[Layer, ...]) -> int:
    """Bytes of a node's pictures with these layers."""
    pixel = PICTURE + sum(BYTES[layer.pixel] * len(layer.channels) for layer in layers)
    return shot.display.width * shot.display.height * pixel * len(shot.frames)


def _steps(use: JobNode, shot: OpenShot) -> int:
    """Bytes of what a node's steps keep in the work folder beside pictures."""
    if use.node.name == "internal-fit":
        return _fit(use, shot)
    height, width = motion_shape(shot.display)
    motion = height * width * MOTION * len(shot.frames)
    return motion + _mattes(shot) if use.node.name == "mask-propagate" else 2 * motion


def _mattes(shot: OpenShot) -> int:
    """Bytes of the network that finds objects, of the small frames that it sees, and of what is carried on them."""
    height, width = carry_shape(shot.display)
    objects = 1 if shot.keys is None else len(shot.keys.objects)
    pixel = CARRIED + 2 * SHOWN + FOUND * objects + AROUND
    return height * width * pixel * len(shot.frames) + 4 * MASKER * KEPT + CURVE


def _fit(use: JobNode, shot: OpenShot) -> int:
    """Bytes of networks and frames while they are fitted."""
    given, size = use.params.to_mapping(), shot.display.size
    levels = range(halvings(*size) + 1)
    networks = len(levels) * 4 * NUMBERS[given["network"]] * given["width"] ** 2 * KEPT
    frames = sum(size[0] * size[1] * SEEN * len(shot.frames) / 4**level for level in levels)
    return int(networks + frames) + CURVE


def _needs(use: JobNode) -> str:
    """What a step of a fit needs of the memory, as words."""
    if use.node.name == "mask-propagate":
        return f", of which mask-propagate needs {_size(NEEDED + PROCESS)} on the processor"
    if not isinstance(use.params, InternalFitParams):
        return ""
    settings = PainterSettings(network=cast(Any, use.params.network), width=use.params.width)
    needed = fit_bytes(settings, InpaintSettings.batch, InpaintSettings.crop, twice=use.params.stabilise > 0) + PROCESS
    return f", of which {use.node.name} needs {_size(needed)} on the processor"


def _size(count: int) -> str:
    return f"{count / 2**30:.2f} GiB" if count >= 2**30 / 10 else f"{count / 2**20:.0f} MiB"
