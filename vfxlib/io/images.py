"""DPX, Cineon, TIFF, PNG and JPEG frames in; OpenImageIO is used here and nowhere else.

Pillow reads the numbers of a palette.
"""

import struct
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import numpy as np
import OpenImageIO as oiio  # noqa: N813
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngImageFile

from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.image.picture import Header, RawFrame
from vfxlib.io.exr_attributes import TimeCode
from vfxlib.io.exr_header import readable
from vfxlib.io.open_file import check_channels, open_binary
from vfxlib.io.orientation import by_exif
from vfxlib.io.utf8_path import path_to_text, utf8_path

__all__ = ["INDEX", "image_format", "palette_colours", "read_image", "read_image_header"]

INDEX = "index"  # the channel that holds the numbers of a palette picture
MOST_PIXELS = 2**29
MOST_BYTES = 2**30  # what any file may ask for; beyond that the file's own length decides
MOST_GROWTH = 1100  # deflate cannot shrink more than 1032 to 1
_MAGIC = {
    b"SDPX": "dpx",
    b"XPDS": "dpx",
    b"\x80\x2a\x5f\xd7": "cineon",
    b"\xd7\x5f\x2a\x80": "cineon",
    b"\x89PNG": "png",
    b"\xff\xd8\xff": "jpeg",
    b"II*\0": "tiff",
    b"MM\0*": "tiff",
    b"II+\0": "tiff",
    b"MM\0+": "tiff",
    b"v/1\x01": "exr",
}
_KEPT = ("uint8", "uint16", "half", "float")
_NUMPY = {"half": "float16", "float": "float32"}
_PILLOW_ERRORS = (
    *(OSError, SyntaxError, ValueError, TypeError, LookupError, ArithmeticError, struct.error, zlib.error),
    Image.DecompressionBombError,
)
_TURNING = ("jpeg", "tiff", "png")  # viewers know their orientation
_PALETTE = 3  # what a PNG calls its colour type


def image_format(path: Path) -> str:
    """What a file is by its first bytes: "exr", "dpx", "cineon", "tiff", "png", "jpeg", or "" for anything else.

    raises  PictureError if it cannot be read
    """
    with open_binary(path) as file:
        begin = file.read(4)
    return next((name for magic, name in _MAGIC.items() if begin.startswith(magic)), "")


def _damaged(path: Path, what: str) -> PictureError:
    return PictureError(f"damaged picture: {what}", where=path, fix="render or copy this frame again")


@contextmanager
def _open_image(path: Path) -> Iterator[oiio.ImageInput]:
    config = oiio.ImageSpec()
    config.attribute("oiio:UnassociatedAlpha", 1)  # the file's own numbers, not multiplied by its alpha
    with utf8_path(path) as name:
        source = oiio.ImageInput.open(path_to_text(str(name)), config)
        if source is None:
            raise _damaged(path, _first_line(_said(oiio.geterror)))
        try:
            yield source
        finally:
            source.close()


def _said(last_error: Callable[[], str]) -> str:
    try:
        return last_error()
    except UnicodeDecodeError:  # it quotes the file
        return "it cannot be read"


def _first_line(words: str) -> str:
    return words.strip().splitlines()[0].rstrip(".") if words.strip() else "it cannot be opened"


def read_image_header(path: Path) -> Header:
    """What a picture file says about itself; reads no pixel.

    returns  a palette picture has the channel ``index`` beside its colours
    raises   PictureError if it is damaged, hostile, or of an unknown kind
    """
    kind = image_format(path)
    with _open_image(path) as source:
        return _describe(path, kind, source.spec())


def read_image(path: Path, number: int, names: Collection[str] | None = None) -> RawFrame:
    """Read a frame in the file's own type; 10 and 12 bits come in the upper bits of 16.

    number   the frame, for the result
    names    channels as ``read_image_header`` lists them; None reads all
    raises   PictureError as ``read_image_header``, for a channel that is not there, and for a cut file
    """
    kind = image_format(path)
    with _open_image(path) as source:
        spec = source.spec()
        header = _describe(path, kind, spec)
        wanted = list(header.channels) if names is None else list(names)
        check_channels(path, header.channels, wanted)
        colours = [name for name in wanted if name != INDEX]
        pixels = _pixels(path, source, spec) if colours else None
    channels: dict[str, NDArray[np.generic]] = {}
    planes = [name for name in header.channels if name != INDEX]
    for name in wanted:
        if name == INDEX:
            channels[name] = _palette_numbers(path)
        elif pixels is not None:
            channels[name] = np.ascontiguousarray(pixels[..., planes.index(name)])
    return RawFrame(number, header, channels)


def _describe(path: Path, kind: str, spec: oiio.ImageSpec) -> Header:
    if spec.deep or spec.depth > 1:
        raise PictureError("not a flat picture", where=path, fix="give flat frames")
    sizes = (spec.width, spec.height, spec.full_width, spec.full_height)
    if min(sizes) < 1 or max(sizes) > 2**24 or spec.width * spec.height > MOST_PIXELS or spec.nchannels > 1024:
        raise _damaged(path, f"its header asks for {spec.width} x {spec.height} pixels")
    wanted, there = spec.image_bytes(), path.stat().st_size
    if wanted > max(MOST_BYTES, MOST_GROWTH * there):
        raise _damaged(path, f"its header asks for {wanted >> 20} MiB")
    stored = str(spec.format) if str(spec.format) in _KEPT else "float"
    channels = {name: _NUMPY.get(stored, stored) for name in _channel_names(spec)}
    if kind == "png" and _is_palette(path):
        channels[INDEX] = "uint8"
    origin = (spec.full_x, spec.full_y)
    x, y = spec.x - origin[0], spec.y - origin[1]
    aspect = float(spec.get_float_attribute("PixelAspectRatio", 1.0))
    return Header(
        path=path,
        display=Box(0, 0, spec.full_width, spec.full_height),
        origin=origin,
        data=Box(x, y, x + spec.width, y + spec.height),
        aspect=aspect if 1e-6 < aspect < 1e6 else 1.0,
        channels=channels,
        attributes=_attributes(spec),
        format=kind or "image",
        layout=_layout(spec, palette=INDEX in channels),
        turned=by_exif(spec.get_int_attribute("Orientation", 1)) if kind in _TURNING else "",
    )


def _channel_names(spec: oiio.ImageSpec) -> list[str]:
    names: list[str] = []
    for index, name in enumerate(spec.channelnames):
        bare = {"I": "Y", "": f"channel{index}"}.get(name, name)
        names.append(bare if bare not in names else f"{bare}{index}")
    return names


def _layout(spec: oiio.ImageSpec, *, palette: bool) -> str:
    bits = spec.get_int_attribute("oiio:BitsPerSample", spec.format.size() * 8)
    kind = spec.get_string_attribute("compression")
    return " ".join(word for word in (f"{bits} bits", "palette" if palette else "", kind) if word)


def _attributes(spec: oiio.ImageSpec) -> dict[str, object]:
    """What is worth keeping, under the names that EXR files use for it."""
    found: dict[str, object] = {}
    for ours, theirs in (("capDate", "DateTime"), ("owner", "Copyright"), ("comments", "ImageDescription")):
        if words := spec.get_string_attribute(theirs):
            found[ours] = readable(words.encode("utf-8", "surrogateescape"))
    for name in ("dpx:Transfer", "dpx:Colorimetric"):
        if words := spec.get_string_attribute(name):
            found[name] = readable(words.encode("utf-8", "surrogateescape"))
    rate = spec.get_float_attribute("dpx:FrameRate", 0.0) or spec.get_float_attribute("dpx:TemporalFrameRate", 0.0)
    if 1 <= rate <= 1000:
        found["framesPerSecond"] = _rate(rate)
    code = spec.getattribute("smpte:TimeCode")
    if isinstance(code, tuple | list) and len(code) == 2:
        found["timeCode"] = TimeCode(int(code[0]) & 0xFFFFFFFF, int(code[1]) & 0xFFFFFFFF)
    return found


def _rate(rate: float) -> Fraction:
    """The rate that is meant: 23.976 is 24000/1001."""
    for pulled in (24, 30, 48, 60, 120):
        if abs(rate - pulled * 1000 / 1001) < 0.005:
            return Fraction(pulled * 1000, 1001)
    return Fraction(rate).limit_denominator(1001)


def _pixels(path: Path, source: oiio.ImageInput, spec: oiio.ImageSpec) -> NDArray[np.generic]:
    kind = str(spec.format) if str(spec.format) in _KEPT else "float"
    pixels = source.read_image(oiio.TypeDesc(kind))
    message = _said(source.geterror)
    if pixels is None or message:  # a cut JPEG comes back as a picture, with a message
        raise _damaged(path, _first_line(message))
    return np.asarray(pixels).reshape(spec.height, spec.width, spec.nchannels)


def _is_palette(path: Path) -> bool:
    with open_binary(path) as file:
        begin = file.read(26)
    return len(begin) == 26 and begin[25] == _PALETTE


def _palette_numbers(path: Path) -> NDArray[np.generic]:
    """The numbers in a palette PNG: OpenImageIO only gives the colours, and two numbers may have one colour."""
    try:
        with PngImageFile(path) as picture:
            return np.array(picture)
    except _PILLOW_ERRORS as error:
        raise _damaged(path, _first_line(str(error))) from error


def palette_colours(path: Path) -> NDArray[np.uint8]:
    """The colours of a palette picture.

    returns  [n 3]  in the order of their numbers
    raises   PictureError if it is damaged
    """
    try:
        with PngImageFile(path) as picture:
            colours = picture.getpalette("RGB") or []
    except _PILLOW_ERRORS as error:
        raise _damaged(path, _first_line(str(error))) from error
    return np.array(colours, np.uint8).reshape(-1, 3)
