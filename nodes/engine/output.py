"""The layered EXR that a job hands back."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.job import Job
from nodes.node import Step
from vfxlib.colour.ocio import colour_attributes
from vfxlib.errors import UsageError
from vfxlib.inputs.shot import ShotFrame
from vfxlib.io.exr import descriptive, write_exr
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.pipeline.frame_tasks import FrameTasks
from vfxlib.pipeline.merge import Merged
from vfxlib.version import VERSION

__all__ = ["Layers", "open_output", "wanted_layers"]

Layers = Callable[[ShotFrame, Merged, Collection[str]], Mapping[str, NDArray[np.generic]]]
"""The layers of a merged frame, over the plate's data window: channel name -> [h w] in the type of the file.

The names of the layers that will be written come last, so that nothing is made for the others.
"""


def wanted_layers(job: Job) -> tuple[str, ...]:
    """The layers of the result that --layers asks for.

    raises  UsageError for a layer that the last node cannot write
    """
    known = tuple(layer.name for layer in job.nodes[-1].node.outputs)
    asked = job.output.layers.replace(" ", "")
    if asked == "all":
        return known
    if asked in ("none", ""):
        return ()
    names = tuple(dict.fromkeys(asked.split(",")))
    for name in names:
        if name not in known:
            raise UsageError(
                f"there is no layer {name!r}", where="--layers", fix=f"choose from all, none, {', '.join(known)}"
            )
    return names


def open_output(
    context: StepContext, step: Step, work: FrameTasks, layers: Layers
) -> Callable[[ShotFrame, Merged], Callable[[], None]]:
    """What turns a merged frame into the call that writes it.

    layers   makes the layers beside the picture
    returns  used as ``write_layers`` of the frame loop; what it returns runs in the writing thread
    """
    every = tuple(layer.name for layer in context.job_node.node.outputs)
    wanted = wanted_layers(context.job) if context.is_last(step) else every  # a later node may want any of them
    ours = {name for layer in context.job_node.node.outputs for name in layer.names}

    def write_layers(frame: ShotFrame, filled: Merged) -> Callable[[], None]:
        target = work.targets[frame.number]
        data = layers(frame, filled, wanted)
        channels: dict[str, NDArray[np.generic]] = {
            name: pixels for name, pixels in filled.picture.items() if name not in ours
        }
        channels.update({name: pixels for name, pixels in data.items() if name.split(".")[0] in wanted})
        header = frame.original.header
        attributes = {
            **descriptive(header.attributes),
            **({} if header.format == "exr" else colour_attributes(context.shot.colours)),
            "paintout/version": VERSION,
            "paintout/job": json.dumps(_told(context.job, target.path.parent), sort_keys=True),
            FINGERPRINT: target.fingerprint,
        }
        return partial(
            write_exr,
            target.path,
            display=header.display,
            origin=header.origin,
            data=header.data,
            aspect=header.aspect,
            channels=channels,
            attributes=attributes,
        )

    return write_layers


def _told(job: Job, folder: Path) -> dict[str, object]:
    """The job as a header tells it: paths relative to the output, without what changes only the speed."""
    told = job.to_mapping(folder)
    for name in ("memory", "threads", "overwrite", "work"):
        told["output"].pop(name)
    return told
