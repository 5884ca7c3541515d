"""Motion of a frame on disk: an EXR at motion resolution that artists' tools can show and replace.

``forward.u/v`` and ``backward.u/v`` are the whole motion to the next and the previous frame in plate pixels, y up;
``forward.error`` and the like say how far it can be trusted, ``unsure.A`` where something that moves on its own may be
hidden. The homographies under it stand in the header. Of a file
that somebody has changed the vectors count, whatever its header says.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.io.exr import read_attribute, read_channels, write_exr
from vfxlib.io.json_file import all_numbers, parse_json
from vfxlib.io.open_file import reading_own
from vfxlib.layer_names import BACKWARD, FORWARD
from vfxlib.motion import Join, Motion, corner_shift, homography_of_flow
from vfxlib.motion.field import Matrix
from vfxlib.pipeline.fingerprint import CUT, FINGERPRINT, read_fingerprint

__all__ = ["Fields", "Way", "read_fields", "read_join", "whole_motion", "write_fields"]

MOST_SIDE = 1 << 24  # pixels of a plate
OTHER_CAMERA = 0.5  # plate pixels at a corner: vectors that move it by more are those of another camera
UNSURE = "unsure.A"
ABOUT = "paintout/motion"  # the attribute that holds homographies and what else is known
NOTHING = 1e-3  # plate pixels: a float's rounding in the file must not turn "no residual" into one


@dataclass(frozen=True)
class Way:
    """Motion from a frame to one neighbour.

    motion  to the neighbour
    doubt   [h w]  how far it is trusted: plate pixels of error when measured, 0 to 1 when completed
    join    how surely the frames belong together; None once completed
    """

    motion: Motion
    doubt: Array
    join: Join | None = None


@dataclass(frozen=True)
class _Stated:
    """What a header says of one motion: by its homography alone, whether flow is on top, and layers, and how sure."""

    motion: Motion
    flow: bool
    layered: bool
    join: Join | None


@dataclass(frozen=True)
class Fields:
    """Both motions of a frame; None where there is no neighbour, or a cut before it.

    unsure  [h w]  0..1, how likely something that moves on its own is there, though no frame shows whether it is; None
                   where nothing moves so, and of motion that is only measured
    """

    forward: Way | None
    backward: Way | None
    unsure: Array | None = None

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        ways = [way for way in (self.forward, self.backward) if way is not None]
        residuals = [way.motion.residual for way in ways if way.motion.residual is not None]
        unsure = 0 if self.unsure is None else self.unsure.nbytes
        return unsure + sum(way.doubt.nbytes for way in ways) + sum(residual.nbytes for residual in residuals)


def whole_motion(motion: Motion, shape: tuple[int, int]) -> Array:
    """The motion at the centres of a grid of pixels that covers the plate.

    shape    height and width of the grid
    returns  [h w 2]  plate pixels, x right, y down
    """
    return motion.grid_displacement(*_grid(shape, motion.size))


def _grid(shape: tuple[int, int], size: tuple[int, int]) -> tuple[Matrix, Matrix]:
    """The centres of a grid's pixels: columns [w] and rows [h], plate pixels."""
    height, width = shape
    x = (np.arange(width, dtype=np.float64) + 0.5) * (size[0] / width) - 0.5
    y = (np.arange(height, dtype=np.float64) + 0.5) * (size[1] / height) - 0.5
    return x, y


def write_fields(path: Path, fields: Fields, shape: tuple[int, int], size: tuple[int, int], fingerprint: str) -> None:
    """Write both motions of a frame.

    shape  height and width at motion resolution
    size   width and height of the plate
    """
    channels: dict[str, NDArray[np.generic]] = {}
    about: dict[str, object] = {"size": size}
    for name, way in ((FORWARD, fields.forward), (BACKWARD, fields.backward)):
        moved = np.zeros((*shape, 2), np.float32) if way is None else whole_motion(way.motion, shape)
        channels[f"{name}.u"], channels[f"{name}.v"] = moved[..., 0], -moved[..., 1]
        channels[f"{name}.error"] = np.zeros(shape, np.float32) if way is None else way.doubt.astype(np.float32)
        if way is not None:
            about[name] = {
                "homography": way.motion.homography.tolist(),
                "flow": way.motion.residual is not None,
                "layered": way.motion.layered,
                "join": None if way.join is None else [way.join.inliers, way.join.agreement],
            }
    if fields.unsure is not None:
        channels[UNSURE] = fields.unsure.astype(np.float32)
    box = Box(0, 0, shape[1], shape[0])
    attributes = {FINGERPRINT: fingerprint, ABOUT: json.dumps(about, allow_nan=False)}
    # deflate would take three times as long and save a tenth: measured motion is noise, completed motion has zeros
    write_exr(
        path,
        display=box,
        origin=(0, 0),
        data=box,
        aspect=1.0,
        channels=channels,
        attributes=attributes,
        compression="rle",
    )


def read_fields(path: Path, fingerprint: Callable[[Path], str | None] = read_fingerprint) -> Fields:
    """Read both motions of a frame, also when an artist has changed the vectors.

    fingerprint  as ``read_fingerprint``; of whoever remembers what was read
    raises       PictureError if it is no motion file of Paintout
    """
    with reading_own():
        raw, changed = read_channels(path, 0), fingerprint(path) is None
    with _understood(path):
        about = _about(raw.header.attributes[ABOUT])
        unsure = raw.channels.get(UNSURE)
        forward, backward = (_way(raw.channels, name, about, changed) for name in (FORWARD, BACKWARD))
        return Fields(forward, backward, None if unsure is None else unsure.astype(np.float32))


def read_join(path: Path, fingerprint: Callable[[Path], str | None] = read_fingerprint) -> Join | None:
    """How a frame belongs together with the next, from the header alone while the vectors are as they were written.

    fingerprint  as ``read_fields``
    returns      None where there is no next frame, and of completed motion
    raises       as ``read_fields``
    """
    if fingerprint(path) in {None, CUT}:
        forward = read_fields(path, fingerprint).forward
        return None if forward is None else forward.join
    with reading_own():
        text = read_attribute(path, ABOUT)
    with _understood(path):
        about = _about(text)
        return _stated(about[FORWARD], about["size"]).join if FORWARD in about else None


@contextmanager
def _understood(path: Path) -> Iterator[None]:
    """Say of what is no motion file that it is none."""
    try:
        yield
    except (KeyError, ValueError, TypeError) as error:
        raise PictureError(
            f"is no motion that Paintout can read ({error})",
            where=path,
            fix="keep the channels and the header when you change it, or delete it so that it is made again",
        ) from error


def _about(text: object) -> dict[str, Any]:
    """What the header says of both motions."""
    about = parse_json(str(text))
    if not isinstance(about, dict):
        raise TypeError("its header holds no names and values")
    return about


def _way(
    channels: Mapping[str, NDArray[np.generic]], name: str, about: Mapping[str, object], changed: bool
) -> Way | None:
    """One of both motions.

    about    what the header says
    changed  True of a file that is not as Paintout wrote it
    """
    if name not in about:
        return None
    stated = _stated(about[name], about["size"])
    by_homography, size = stated.motion, stated.motion.size
    u, v = (channels[f"{name}.{part}"].astype(np.float32) for part in "uv")
    moved = np.stack([u, -v], axis=-1)
    if not np.isfinite(moved).all():
        raise ValueError(f"{name} holds vectors that are no numbers")
    if changed:
        by_homography = _under(moved, by_homography)
    motion = by_homography
    if stated.flow or changed:
        residual = moved - whole_motion(by_homography, (moved.shape[0], moved.shape[1]))
        nothing = np.abs(residual) < NOTHING
        residual[nothing[..., 0] & nothing[..., 1]] = 0  # far quicker than a reduction over an axis of two
        if stated.flow or residual.any():
            motion = Motion(by_homography.homography, residual, size, stated.layered)
    join = stated.join and replace(stated.join, homography=by_homography.homography)
    return Way(motion, channels[f"{name}.error"].astype(np.float32), join)


def _stated(values: Any, size: Any) -> _Stated:
    """What a header says of one motion.

    raises  ValueError, TypeError, KeyError for what no motion can be
    """
    width, height = size
    if type(width) is not int or type(height) is not int or not (0 < width <= MOST_SIDE and 0 < height <= MOST_SIDE):
        raise ValueError(f"{size} is no size of a plate")
    rows, flow, join = values["homography"], values["flow"], values["join"]
    layered = values.get("layered", False)  # older files do not say so, for theirs never is
    if [len(row) for row in rows] != [3, 3, 3] or not all(all_numbers(row) for row in rows):
        raise ValueError("its homography is no matrix of 3 by 3 numbers")
    homography = np.array(rows, np.float64)
    if np.abs(homography).max() > MOST_SIDE**2 or np.linalg.matrix_rank(homography) < 3:
        raise ValueError("its homography has no way back")
    if not isinstance(flow, bool) or not isinstance(layered, bool):
        raise TypeError("it does not say whether there is flow")
    if join is not None:
        inliers, agreement = join
        if type(inliers) is not int or not all_numbers(join):
            raise ValueError("it does not say how surely the frames belong together")
        join = Join(homography, inliers, float(agreement))
    return _Stated(Motion(homography, None, (width, height)), flow, layered, join)


def _under(moved: Array, stated: Motion) -> Motion:
    """The homography under vectors that somebody has changed: the one stated, if they still have it."""
    grid = np.stack(np.meshgrid(*_grid((moved.shape[0], moved.shape[1]), stated.size)), axis=-1)
    own = homography_of_flow(grid.astype(np.float32), moved)
    if own is None or corner_shift(own, stated.homography, stated.size) < OTHER_CAMERA:
        return stated
    return Motion(own, None, stated.size)
