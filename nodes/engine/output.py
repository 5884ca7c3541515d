"""The layered EXR that a job hands back."""

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.engine.layers import written_layers
from nodes.engine.objects import ResultObjects, result_objects
from nodes.job import Job
from nodes.node import Layer
from vfxlib.colour.ocio import colour_attributes
from vfxlib.image.half import to_half
from vfxlib.inputs.shot import ShotFrame
from vfxlib.io.exr import LOSSY, descriptive, write_exr
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.pipeline.frame_tasks import FrameTasks
from vfxlib.pipeline.merge import Merged
from vfxlib.render import Layers
from vfxlib.version import VERSION

__all__ = ["LOSS", "open_output"]

LOSS = "paintout/loss"  # the attribute of a result that was packed with loss
WITHOUT_LOSS = "zip"  # what later steps read

TYPES: dict[str, type[np.generic]] = {"half": np.float16, "float": np.float32}


def open_output(context: StepContext, tasks: FrameTasks) -> Callable[[ShotFrame, Merged, Layers], Callable[[], None]]:
    """What turns a merged frame into the call that writes it.

    returns  used as ``write_layers`` of the frame loop; what it returns runs in the writing thread
    """
    outputs = context.job_node.node.outputs
    wanted = written_layers(context.job, context.job_node, context.is_result)
    names = tuple(layer.name for layer in wanted)
    layer_of = {name: layer for layer in wanted for name in layer.names}
    objects = result_objects(context.job, context.shot.matte) if context.is_result else ResultObjects()
    ours = {name for layer in outputs for name in layer.names} | objects.names

    def write_layers(frame: ShotFrame, merged: Merged, layers: Layers) -> Callable[[], None]:
        target = tasks.targets[frame.number]
        channels: dict[str, NDArray[np.generic]] = {
            name: pixels for name, pixels in merged.picture.items() if name not in ours
        }
        made = layers(merged, names)
        channels.update({name: _stored(pixels, layer_of[name]) for name, pixels in made.items() if name in layer_of})
        channels.update(objects.of(context.shot, frame))
        header = frame.original.header
        packed = context.job.output.compression if context.is_result else WITHOUT_LOSS
        attributes = {
            **{name: value for name, value in descriptive(header.attributes).items() if name != LOSS},
            **({} if header.format == "exr" else colour_attributes(context.shot.colours)),
            **objects.attributes,
            "paintout/version": VERSION,
            "paintout/job": json.dumps(
                _job_attribute(context.job, target.path.parent), sort_keys=True, allow_nan=False
            ),
            FINGERPRINT: target.fingerprint,
            **({LOSS: f"{packed}: the picture may differ outside the matte too"} if packed in LOSSY else {}),
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
            compression=packed,
        )

    return write_layers


def _stored(pixels: NDArray[np.generic], layer: Layer) -> NDArray[np.generic]:
    values = pixels.astype(np.float32, copy=False)
    if layer.quantum:
        values = np.rint(values / np.float32(layer.quantum)) * np.float32(layer.quantum)
    return to_half(values) if layer.pixel == "half" else values.astype(TYPES[layer.pixel])


def _job_attribute(job: Job, folder: Path) -> dict[str, object]:
    """The job as a header holds it: paths relative to the output, without what changes only the speed."""
    values = job.to_mapping(folder)
    for name in ("memory", "threads", "overwrite", "work"):
        values["output"].pop(name)
    return values
