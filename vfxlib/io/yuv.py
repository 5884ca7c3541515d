"""Decoded movie frames as float colour: range, matrix and chroma of the stream, without clipping.

Matrices: ITU-R BT.601, BT.709, BT.2020 (constant ratios Kr, Kb), quantisation as in their limited and full ranges.
"""

from pathlib import Path

import numpy as np
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from numpy.typing import NDArray

from vfxlib.errors import PictureError
from vfxlib.image.picture import Array

__all__ = ["frame_channels", "has_alpha", "upsample"]

_RED_BLUE = {  # colour space of the stream -> share of red and blue in luma
    1: (0.2126, 0.0722),
    4: (0.30, 0.11),
    5: (0.299, 0.114),
    6: (0.299, 0.114),
    7: (0.212, 0.087),
    9: (0.2627, 0.0593),
}
_UNSPECIFIED = 2
_FULL_RANGE = 2
_PLANAR = {  # packed and semi-planar layouts, and the planar one that holds the same numbers
    "nv12": "yuv420p",
    "nv21": "yuv420p",
    "nv16": "yuv422p",
    "nv24": "yuv444p",
    "p010le": "yuv420p10le",
    "p016le": "yuv420p16le",
    "p210le": "yuv422p10le",
    "yuyv422": "yuv422p",
    "uyvy422": "yuv422p",
    "yvyu422": "yuv422p",
    "y210le": "yuv422p10le",
}


def has_alpha(pixel_format: str) -> bool:
    """True if frames of this pixel format carry alpha."""
    try:
        return any(part.is_alpha for part in VideoFormat(pixel_format, 16, 16).components)
    except ValueError:
        return False


def frame_channels(frame: VideoFrame, path: Path) -> dict[str, Array]:
    """Red, green, blue (and alpha) of a decoded frame.

    returns  name -> [h w] float32; 0..1 is the legal range
    raises   PictureError for a pixel format or a matrix that is not known
    """
    if frame.format.name in _PLANAR:  # repacked, not converted
        frame = frame.reformat(format=_PLANAR[frame.format.name])
    kind = frame.format
    if kind.is_rgb or kind.has_palette:
        return _from_rgb(frame, alpha=has_alpha(kind.name))
    if len(kind.components) != len(frame.planes) or not all(8 <= part.bits <= 16 for part in kind.components):
        raise PictureError(
            f"pixel format {kind.name} is not known", where=path, fix="convert the movie to EXR frames or ProRes"
        )
    planes = [_plane(frame, index) for index in range(len(frame.planes))]
    bits = kind.components[0].bits
    full = int(frame.color_range) == _FULL_RANGE or kind.name.startswith("yuvj")
    luma = _scaled(planes[0], bits, full=full)
    found = {"R": luma, "G": luma, "B": luma}
    if len(planes) >= 3:
        chroma = [upsample(_centred(plane, bits, full=full), luma.shape) for plane in planes[1:3]]
        found = _matrixed(luma, chroma[0], chroma[1], _shares(frame, path))
    if kind.components[-1].is_alpha:
        found["A"] = (planes[-1] / np.float32((1 << bits) - 1)).astype(np.float32)
    return found


def _from_rgb(frame: VideoFrame, *, alpha: bool) -> dict[str, Array]:
    same = frame.reformat(format="gbrap16le" if alpha else "gbrp16le")
    names = "GBRA" if alpha else "GBR"
    most = np.float32(65535)
    planes = {name: (_plane(same, index) / most).astype(np.float32) for index, name in enumerate(names)}
    return {name: planes[name] for name in ("RGBA" if alpha else "RGB")}


def _plane(frame: VideoFrame, index: int) -> NDArray[np.unsignedinteger]:
    plane = frame.planes[index]
    wide = frame.format.components[index].bits > 8
    order = ">" if frame.format.is_big_endian else "<"
    values: NDArray[np.unsignedinteger] = np.frombuffer(memoryview(plane), np.dtype(f"{order}u2" if wide else "u1"))
    rows = values.reshape(-1, plane.line_size // (2 if wide else 1))
    return rows[: plane.height, : plane.width]


def _scaled(plane: NDArray[np.unsignedinteger], bits: int, *, full: bool) -> Array:
    unit = 1 << (bits - 8)
    low, high = (0, (1 << bits) - 1) if full else (16 * unit, 235 * unit)
    return (plane.astype(np.float32) - np.float32(low)) * np.float32(1.0 / (high - low))


def _centred(plane: NDArray[np.unsignedinteger], bits: int, *, full: bool) -> Array:
    span = (1 << bits) - 1 if full else 224 << (bits - 8)
    return (plane.astype(np.float32) - np.float32(1 << (bits - 1))) * np.float32(1.0 / span)


def upsample(plane: Array, shape: tuple[int, ...]) -> Array:
    """Chroma at every pixel, by linear interpolation.

    plane    [h w]  sited on every second column, and between rows (MPEG-2 and H.264 without other word)
    shape    height and width of the picture
    """
    if plane.shape[1] < shape[1]:
        wide = np.empty((plane.shape[0], 2 * plane.shape[1]), np.float32)
        wide[:, 0::2] = plane
        wide[:, 1:-1:2] = (plane[:, :-1] + plane[:, 1:]) * np.float32(0.5)
        wide[:, -1] = plane[:, -1]
        plane = wide[:, : shape[1]]
    if plane.shape[0] < shape[0]:
        around = np.concatenate([plane[:1], plane, plane[-1:]])
        tall = np.empty((2 * plane.shape[0], plane.shape[1]), np.float32)
        tall[0::2] = around[:-2] * np.float32(0.25) + plane * np.float32(0.75)
        tall[1::2] = around[2:] * np.float32(0.25) + plane * np.float32(0.75)
        plane = tall[: shape[0]]
    return plane


def _shares(frame: VideoFrame, path: Path) -> tuple[float, float]:
    space = int(frame.colorspace)
    if space == _UNSPECIFIED:  # by custom, what is larger than a television picture of old is high definition
        return _RED_BLUE[1] if frame.height >= 720 or frame.width >= 1280 else _RED_BLUE[6]
    if space not in _RED_BLUE:
        raise PictureError(
            f"colour matrix {space} is not known", where=path, fix="convert the movie to EXR frames or to BT.709"
        )
    return _RED_BLUE[space]


def _matrixed(luma: Array, blue: Array, red: Array, shares: tuple[float, float]) -> dict[str, Array]:
    kr, kb = shares
    kg = 1.0 - kr - kb
    return {
        "R": luma + np.float32(2 * (1 - kr)) * red,
        "G": luma - np.float32(2 * kb * (1 - kb) / kg) * blue - np.float32(2 * kr * (1 - kr) / kg) * red,
        "B": luma + np.float32(2 * (1 - kb)) * blue,
    }
