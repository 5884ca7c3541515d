"""Small shots on disk, and the context of a step of a job on them."""

import numpy as np
import torch

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from nodes.engine.context import StepContext
from nodes.engine.digest_cache import open_digests
from nodes.engine.open_job import OpenJob, open_job
from nodes.engine.runner import step_context
from nodes.flow_inpaint import FlowInpaintParams
from nodes.internal_fit import InternalFitParams
from nodes.job import Job, JobNode
from nodes.mask_propagate import MaskPropagateParams
from nodes.shot import Output, Shot
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.progress import open_progress

DISPLAY = Box(0, 0, 16, 12)


def write(path, value, names="RGB", *, display=DISPLAY, own=None):
    """A picture of one value.

    own  its fingerprint; None makes it somebody else's
    """
    pixels = np.full((display.height, display.width), value, np.float16)
    attributes = {} if own is None else {FINGERPRINT: own}
    channels = dict.fromkeys(names, pixels)
    write_exr(path, display=display, origin=(0, 0), data=display, aspect=1.0, channels=channels, attributes=attributes)
    return path


def write_half(path, value, names="A"):
    """A picture whose left half has a value, and whose right half is 0."""
    pixels = np.full((DISPLAY.height, DISPLAY.width), value, np.float16)
    pixels[:, DISPLAY.width // 2 :] = 0
    channels = dict.fromkeys(names, pixels)
    write_exr(path, display=DISPLAY, origin=(0, 0), data=DISPLAY, aspect=1.0, channels=channels, attributes={})
    return path


def write_shot(folder, numbers=(1, 2, 3)):
    """A plate with mattes, another fill, and two keys."""
    for number in numbers:
        write(folder / f"plate.{number}.exr", 0.5)
        write_half(folder / f"matte.{number}.exr", 1.0)
        write(folder / f"fill.{number}.exr", 0.25)
    write_half(folder / "first.exr", 1.0)
    write_half(folder / "last.exr", 1.0)
    return folder


def matted(folder, **more):
    """The shot with its mattes."""
    return Shot(plate=f"{folder}/plate.#.exr", matte=f"{folder}/matte.#.exr", **more)


def keyed(folder, *keys, **more):
    """The shot with the first key on frame 1, if no others are given."""
    return Shot(plate=f"{folder}/plate.#.exr", key=keys or ((1, f"{folder}/first.exr"),), **more)


def job(shot, folder, *nodes, **output):
    """A job whose result goes to out.#.exr."""
    return Job(shot, nodes, Output(**{"out": f"{folder}/out.#.exr", "device": "cpu", **output}))


def context_of(opened: OpenJob, step: str = "", place: int = -1, progress=None) -> StepContext:
    """A step of an opened job.

    step   its name; "" for the first
    place  of its node; the last one by default
    """
    job_node, digests = opened.job.nodes[place], open_digests(opened.job.work)
    found = job_node.node.step(step) if step else job_node.node.steps[0]
    return step_context(opened, job_node, found, torch.device("cpu"), progress or open_progress("none"), digests)


def context(shot, folder, *nodes, step="", place=-1, progress=None, **output) -> StepContext:
    """A step of a job that is opened anew."""
    return context_of(open_job(job(shot, folder, *nodes, **output)), step, place, progress)


def flow(**params):
    return JobNode(FLOW_INPAINT, FlowInpaintParams(**params))


def fit(**params):
    return JobNode(INTERNAL_FIT, InternalFitParams(**params))


def mask(**params):
    return JobNode(MASK_PROPAGATE, MaskPropagateParams(**params))


def leave(folder, node, step, number, value, names="RGB", own=None):
    """What a FRAMES step of a job leaves in the work folder."""
    return write(folder / "out.work" / node / step / f"{step}.{number:04d}.exr", value, names, own=own)
