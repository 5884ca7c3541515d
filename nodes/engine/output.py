"""The layered EXR that a job hands back."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.engine.layers import wants_objects, written_layers
from nodes.job import Job
from vfxlib.colour.ocio import colour_attributes
from vfxlib.image.picture import Array
from vfxlib.inputs.shot import ShotFrame
from vfxlib.io.exr import descriptive, write_exr
from vfxlib.layer_names import object_layers
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.pipeline.frame_tasks import FrameTasks
from vfxlib.pipeline.merge import HALF_LEAST, Merged
from vfxlib.render import Layers
from vfxlib.version import VERSION

__all__ = ["open_output"]

TYPES = {"half": np.float16, "float": np.float32}


def open_output(context: StepContext, tasks: FrameTasks) -> Callable[[ShotFrame, Merged, Layers], Callable[[], None]]:
    """What turns a merged frame into the call that writes it.

    returns  used as ``write_layers`` of the frame loop; what it returns runs in the writing thread
    """
    outputs = context.job_node.node.outputs
    wanted = written_layers(context.job, context.job_node, context.is_result)
    names = tuple(layer.name for layer in wanted)
    types = {name: TYPES[layer.pixel] for layer in wanted for name in layer.names}
    objects = _object_channels(context)
    ours = {*(name for layer in outputs for name in layer.names), *objects}

    def write_layers(frame: ShotFrame, merged: Merged, layers: Layers) -> Callable[[], None]:
        target = tasks.targets[frame.number]
        channels: dict[str, NDArray[np.generic]] = {
            name: pixels for name, pixels in merged.picture.items() if name not in ours
        }
        made = layers(merged, names)
        channels.update({name: pixels.astype(types[name]) for name, pixels in made.items() if name in types})
        if objects:
            parts = (_replaced(frame, part) for part in context.shot.objects_of(frame.number))
            channels.update(zip(objects, parts, strict=True))
        header = frame.original.header
        attributes = {
            **descriptive(header.attributes),
            **({} if header.format == "exr" else colour_attributes(context.shot.colours)),
            "paintout/version": VERSION,
            "paintout/job": json.dumps(
                _job_attribute(context.job, target.path.parent), sort_keys=True, allow_nan=False
            ),
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


def _object_channels(context: StepContext) -> tuple[str, ...]:
    """The channels of the result's objects, in the order in which the shot tells them."""
    matte = context.shot.matte
    if matte is None or not (context.is_result and wants_objects(context.job)):
        return ()
    return tuple(f"{layer}.A" for layer in object_layers(matte.names))


def _replaced(frame: ShotFrame, part: Array) -> NDArray[np.float16]:
    """What of an object was replaced: no more than of all objects together, and never too faint for half."""
    inside = np.minimum(part, frame.matte)
    return np.where(inside > 0, np.maximum(inside, HALF_LEAST), np.float32(0)).astype(np.float16)


def _job_attribute(job: Job, folder: Path) -> dict[str, object]:
    """The job as a header holds it: paths relative to the output, without what changes only the speed."""
    values = job.to_mapping(folder)
    for name in ("memory", "threads", "overwrite", "work"):
        values["output"].pop(name)
    return values
