"""Damage laid over a plate, frame by frame: the damaged plate, its mattes, and the truth where the plate is not it."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from nodes.corruption import Corrupting
from nodes.engine.training import scene_pictures
from vfxlib.colour.ocio import Colours, colour_attributes
from vfxlib.device import to_numpy, to_tensor
from vfxlib.errors import OutputError, SequenceError, UsageError
from vfxlib.image.picture import Array, LinearColour, Picture
from vfxlib.image.pixel_types import as_stored
from vfxlib.image.reframe import reframe
from vfxlib.inputs.shot import OpenShot, ShotFrame, open_shot
from vfxlib.io.exr import descriptive, write_exr
from vfxlib.io.sequence import SequenceName
from vfxlib.layer_names import MATTE
from vfxlib.pipeline.merge import plate_channels
from vfxlib.progress import Progress
from vfxlib.training_ground.corruption import Corruption, draw_corruption
from vfxlib.version import VERSION

__all__ = ["CorruptedPlate", "corrupt_plate"]

CPU = torch.device("cpu")
Channels = Mapping[str, NDArray[np.generic]]


@dataclass(frozen=True)
class CorruptedPlate:
    """What is there now.

    plate   the damaged frames
    matte   what must go from them, 0..1 in matte.A: frame = truth + matte (damage - truth), in scene-linear light
    truth   the frames without damage: those that were given, or their one conversion to EXR
    """

    plate: str
    matte: str
    truth: str


def corrupt_plate(given: Corrupting, progress: Progress) -> CorruptedPlate:
    """Damage a plate; a frame is read, damaged and written before the next one is read.

    An EXR keeps its encoding, its types, its windows and all its channels, and where the matte is 0 its bits. Another
    plate is converted once to the config's scene_linear. A frame's damage follows from kind, seed, the frame's size and
    its number alone: other frames of one plate may be made in another call.

    raises  UsageError, SequenceError, PictureError, ColourError or OutputError before any work, for what cannot be used
    """
    if not given.out:
        raise UsageError("nothing says where the result goes", where="--out", fix="give --out DIR")
    shot = open_shot(
        plate=given.plate, frames=given.frames, colorspace=given.colorspace, ocio=given.ocio, keep=True, keyed=True
    )
    is_exr = shot.plate.format == "exr"
    kinds = ("plate", "matte") if is_exr else ("plate", "matte", "truth")
    padding = max(4, shot.plate.name.padding if shot.plate.name else 0)
    files = {kind: SequenceName(Path(given.out) / kind, f"{kind}.", padding, ".exr") for kind in kinds}
    _check_the_way(files, shot, given.overwrite)
    display = shot.header(shot.frames[0]).display
    corruption = draw_corruption((given.kind,), (display.height, display.width), given.seed)
    pictures = _pictures(given)
    attributes = {"paintout/version": VERSION, "paintout/corruption": f"{given.kind}, seed {given.seed}"}
    progress.begin("corrupt", len(shot.frames))
    for number in shot.frames:
        frame = shot.read(number)
        if frame.original.header.display != display:
            fix = "give frames of one size"
            raise SequenceError(f"frame {number} has another size", where=shot.plate.path(number), fix=fix)
        clean = plate_channels(frame, shot.colours)
        damaged, mask = _damaged(frame, clean, corruption, shot.colours, pictures)
        for kind, channels in (("plate", damaged), ("matte", {MATTE: mask}), ("truth", clean)):
            if kind in files:
                _write(files[kind].path(number), frame, channels, shot.colours, attributes)
        progress.advance()
    truth = shot.plate.spelling if is_exr else files["truth"].spelling
    return CorruptedPlate(files["plate"].spelling, files["matte"].spelling, truth)


def _check_the_way(files: Mapping[str, SequenceName], shot: OpenShot, overwrite: bool) -> None:
    """See that nothing is written over that somebody may want, and never what is read."""
    for name in files.values():
        for number in shot.frames:
            path = name.path(number)
            if not (path.exists() or path.is_symlink()):
                continue
            if path.exists() and path.samefile(shot.plate.path(number)):
                raise OutputError("is the plate itself", where=path, fix="give another --out")
            if not overwrite:
                raise OutputError("is there already", where=path, fix="move it, give another --out, or --overwrite")


def _pictures(given: Corrupting) -> torch.Tensor | None:
    """What strokes show; the other kinds need nothing."""
    if given.data and given.kind != "strokes":
        fix = "leave it out, or give --kind strokes"
        raise UsageError(f"a {given.kind} shows no picture", where="--data", fix=fix)
    if given.kind != "strokes":
        return None
    return scene_pictures(given.data).light


def _damaged(
    frame: ShotFrame, clean: Channels, corruption: Corruption, colours: Colours, pictures: torch.Tensor | None
) -> tuple[Channels, Array]:
    """The channels of a frame with its damage, and its mask over the data window."""
    header = frame.original.header
    light = reframe(frame.plate.pixels, header.data, header.display)
    tensor = to_tensor(np.ascontiguousarray(light.transpose(2, 0, 1)), CPU)[None]
    with torch.no_grad():
        made = corruption.corrupt(tensor[None], (frame.number,), pictures)
    mask = np.ascontiguousarray(reframe(to_numpy(made.mask[0, 0, 0]), header.display, header.data))
    shown = np.ascontiguousarray(to_numpy(made.frames[0, 0]).transpose(1, 2, 0))
    picture = Picture[LinearColour](np.ascontiguousarray(reframe(shown, header.display, header.data)), header.data)
    encoded = (colours.from_linear(picture) if header.format == "exr" else colours.to_output(picture)).pixels
    hole = mask > 0
    channels = dict(clean)
    for index, name in enumerate("RGB"):
        channel = channels[name].copy()
        channel[hole] = as_stored(encoded[..., index][hole], channel.dtype)
        channels[name] = channel
    return channels, mask


def _write(
    path: Path, frame: ShotFrame, channels: Channels, colours: Colours, attributes: Mapping[str, object]
) -> None:
    header = frame.original.header
    write_exr(
        path,
        display=header.display,
        origin=header.origin,
        data=header.data,
        aspect=header.aspect,
        channels=channels,
        attributes={
            **descriptive(header.attributes),
            **({} if header.format == "exr" else colour_attributes(colours)),
            **attributes,
        },
    )
