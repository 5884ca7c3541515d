"""The shot as its fit and its carrying see it: small frames, compared with their neighbours, and the keys."""

import torch

from nodes.engine.context import StepContext
from nodes.engine.fit_step import frame_store_bytes
from nodes.processors.motion.chain import chained
from nodes.processors.motion.motion_file import read_fields
from vfxlib.device import to_tensor
from vfxlib.errors import MatteError
from vfxlib.image.picture import Array
from vfxlib.image.reframe import reframe
from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.mask_propagate.dataset import MatteDataset, carry_shape, gather_dataset
from vfxlib.mask_propagate.warp import downsample_area
from vfxlib.motion import Motion, make_view
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.train.normalise import Normalisation

__all__ = ["ROOM", "key_mattes", "open_dataset"]

ROOM = 0.3  # share of the free memory that frames may take on the processor


def open_dataset(context: StepContext, colours: Normalisation | None = None) -> MatteDataset:
    """Every frame of the shot, looked at once; the motion must have been measured.

    colours  range to see it in; None finds it
    raises   UsageError if the motion is not there, and what reading a frame raises
    """
    shot = context.shot
    lines = carry_shape(shot.display)[0]

    def read(index: int) -> Array:
        frame = shot.read(shot.frames[index])
        working = shot.colours.to_working(frame.plate)
        pixels = reframe(working.pixels, working.window, shot.display)
        known = reframe(frame.known, working.window, shot.display)
        return make_view(pixels, known, lines=lines, fine=False).working

    def motion(index: int) -> tuple[Motion | None, Motion | None]:
        fields = read_fields(context.file("motion", shot.frames[index]), context.digests.fingerprint)
        forward, backward = fields.forward, fields.backward
        # across a cut there is no motion, whatever was measured
        after = None if forward is None or not chain.joined(index, index + 1) else forward.motion
        before = None if backward is None or not chain.joined(index, index - 1) else backward.motion
        return after, before

    chain = chained(context)
    if chain.cuts:
        context.progress.message(f"cuts at {', '.join(str(shot.frames[index]) for index in chain.cuts)}")
    context.progress.begin(f"{context.name}: reading", len(shot.frames))
    with FrameCache(read, range(len(shot.frames)), context.resources.budget(0.2)) as frames:
        return gather_dataset(
            shot.frames,
            chain,
            frames,
            motion,
            shot.display,
            device=context.device,
            room=frame_store_bytes(context, ROOM),
            folder=context.folder,
            colours=colours,
            advance=context.progress.advance,
        )


def key_mattes(context: StepContext, shape: tuple[int, int]) -> dict[int, torch.Tensor]:
    """The keys by index in the job, one channel for each object: [k h w] 0..1.

    shape   height and width at which mattes are carried
    raises  MatteError if nothing of any object is left at that size
    """
    keys, mattes_at = context.keys, {}
    for number in keys.frames:
        key = keys.read(number)
        coverage, index = (to_tensor(each, context.device) for each in (key.coverage, key.index))
        # one after another: at the plate's size many objects are gigabytes
        mattes = [downsample_area((coverage * (index == each))[None], shape) for each in keys.objects]
        mattes_at[context.shot.frames.index(number)] = torch.cat(mattes)
    if not any(bool((mattes > OBJECT_THRESHOLD).any()) for mattes in mattes_at.values()):
        raise MatteError(
            f"nothing of the keys is as much as {OBJECT_THRESHOLD:g} at the {shape[1]}x{shape[0]} pixels at which "
            "mattes are carried: it is too fine, or too faint",
            where=keys.path(keys.frames[0]),
            fix="crop the plate to where it is, or paint the key wider",
        )
    return mattes_at
