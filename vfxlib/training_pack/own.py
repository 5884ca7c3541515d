"""A studio's own pictures and frames, of whatever kind it has, as parts for a pack."""

import os
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import torch

from vfxlib.colour.ocio import open_colours
from vfxlib.device import to_tensor
from vfxlib.errors import ColourError, InputError, PictureError
from vfxlib.image.picture import FileColour, Header, Picture
from vfxlib.image.pixel_types import as_float
from vfxlib.io.exr import read_channels, read_header
from vfxlib.io.find_sequence import PICTURE_SUFFIXES
from vfxlib.io.footage import rgb, rgb_names
from vfxlib.io.images import image_format, read_image, read_image_header
from vfxlib.io.os_errors import reading
from vfxlib.training_ground.light import light_to_display
from vfxlib.training_pack.crops import crop_photograph, is_duplicate, thumbnail
from vfxlib.training_pack.pack import PackRow

__all__ = ["OwnPictures", "read_own_picture", "take_own_pictures"]

MOST_PIXELS = 256 * 10**6
LARGEST = 65504.0  # of halves
ENOUGH = 5  # frames of a sequence one after the other that show nothing new: the others are not read
CPU = torch.device("cpu")
FOR_DISPLAYS = ("png", "jpeg", "tiff")  # of whole numbers; all else is turned into light as a plate is
FIX = "give a folder with EXR, DPX, TIFF, PNG or JPEG pictures"


@dataclass(frozen=True)
class OwnPictures:
    """Pictures that somebody has.

    folder   that they lie in, or in folders below it
    licence  under which all of them may be used, as the table says it
    author   whose they are
    """

    folder: Path
    licence: str
    author: str


def take_own_pictures(
    own: OwnPictures, side: int, parts: int, most: int, tell: Callable[[str], None]
) -> tuple[torch.Tensor, tuple[PackRow, ...]]:
    """Take parts of pictures, of what looks alike once, in an order by chance that is always the same.

    Frames of a sequence are one row together, for what is learned from one of them must not be judged by another.

    side     of a part, pixels
    parts    of each picture, at most
    most     parts in all
    tell     is told what is left out, and why
    returns  [n 3 s s] uint8, and their rows
    raises   InputError if the folder cannot be read, or nothing in it can be used
    """
    folder = own.folder
    taken: dict[str, list[torch.Tensor]] = {}
    thumbnails: list[torch.Tensor] = []
    left_out: list[str] = []
    count, in_vain = 0, Counter[str]()
    for name, path in _named_pictures(folder):
        row = re.sub(r"\d+(?=\.\w+$)", lambda digits: "#" * len(digits[0]), name)
        if in_vain[row] >= ENOUGH:
            continue
        try:
            picture = read_own_picture(path)
        except (PictureError, ColourError) as error:
            left_out.append(f"{name}: {error.problem}")
            continue
        if min(picture.shape[-2:]) < side:
            left_out.append(f"{name}: smaller than {side} pixels")
            continue
        crops = crop_photograph(picture, side, parts, name)[: most - count]
        if not crops or is_duplicate(crops[0], thumbnails):
            left_out.append(f"{name}: {'shows what another one does' if crops else 'there is nothing to see'}")
            in_vain[row] += 1
            continue
        in_vain[row] = 0
        thumbnails.append(thumbnail(crops[0]))
        taken.setdefault(row, []).extend(crops)
        count += len(crops)
        if count >= most:
            break
    for words in left_out:
        tell(f"left out: {words}")
    if not taken:
        raise InputError(f"no picture can be used ({(left_out or ['none is there'])[0]})", where=folder, fix=FIX)
    rows = tuple(
        PackRow(f"own: {_clean(folder.resolve().name)}", "", name, own.licence, own.author, len(crops))
        for name, crops in taken.items()
    )
    tell(f"{folder}: {count} parts of {len(thumbnails)} pictures")
    return torch.stack([crop for crops in taken.values() for crop in crops]), rows


def read_own_picture(path: Path) -> torch.Tensor:
    """Read a picture for a display.

    EXR, DPX, and floats of any file are turned into light by what they say of their colour, as a plate is that nobody
    has named the colour space of; other files are taken as they are, for a display with sRGB's curve.

    returns  [3 h w]  uint8, sRGB
    raises   PictureError or ColourError if it cannot be read or understood
    """
    kind = image_format(path)
    if not kind:
        raise PictureError("neither EXR, DPX, TIFF, PNG nor JPEG", where=path, fix=FIX)
    header = read_header(path) if kind == "exr" else read_image_header(path)
    if header.data.width * header.data.height > MOST_PIXELS:
        raise PictureError(f"more than {MOST_PIXELS // 10**6} megapixels", where=path, fix="make it smaller")
    names = rgb_names(header)
    frame = (read_channels if kind == "exr" else read_image)(path, 0, names)
    pixels = as_float(rgb(frame))
    if not _is_for_display(kind, header, names):
        colours = open_colours(config=None, colorspace=None, output_colorspace=None, header=header)
        numbers = np.nan_to_num(pixels, nan=0.0, posinf=LARGEST, neginf=0.0)  # a matrix makes NaN of infinity
        light = colours.to_rec709(colours.to_linear(Picture[FileColour](numbers, header.data)))
        code = light_to_display(to_tensor(np.ascontiguousarray(light.transpose(2, 0, 1)), CPU))
    else:
        code = to_tensor(np.ascontiguousarray(pixels.transpose(2, 0, 1)), CPU)
    return (code * 255.0).round().clamp(0, 255).to(torch.uint8)


def _is_for_display(kind: str, header: Header, names: tuple[str, str, str]) -> bool:
    return kind in FOR_DISPLAYS and all(header.channels[name].startswith("uint") for name in names)


def _named_pictures(folder: Path) -> Iterator[tuple[str, Path]]:
    """Files that are called like pictures, by their names below the folder."""

    def refuse(error: OSError) -> None:
        raise error

    found = []
    with reading(folder, InputError):
        for at, _, names in os.walk(folder, onerror=refuse):
            found += [Path(at) / name for name in names if Path(name).suffix.lower() in PICTURE_SUFFIXES]
    named = {_clean(path.relative_to(folder).as_posix()): path for path in found}
    for name in sorted(named, key=lambda name: sha256(name.encode()).digest()):
        yield name, named[name]


def _clean(name: str) -> str:
    """A name that can be written, whatever bytes somebody has called a file."""
    return os.fsencode(name).decode(errors="replace")
