"""A result on disk measured against a truth on disk."""

from collections.abc import Callable, Collection
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vfxlib.colour.ocio import Colours, open_colours
from vfxlib.errors import MatteError, PictureError, SequenceError
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, FileColour, Header, LinearColour, Picture, RawFrame
from vfxlib.image.pixel_types import as_float
from vfxlib.image.reframe import reframe
from vfxlib.inputs.agreement import check_frames
from vfxlib.inputs.matte import open_matte
from vfxlib.io.footage import Footage, open_footage, rgb, rgb_names
from vfxlib.io.frames import format_frames
from vfxlib.metrics.bits import changed_outside
from vfxlib.metrics.hole import HOLE, hole_of, srgb
from vfxlib.metrics.score import Encoding, Score, Scorer
from vfxlib.metrics.warping import Flow

__all__ = ["score_sequences"]


@dataclass(frozen=True)
class _Values:
    """How pictures are turned into the values that are compared.

    ocio        OCIO config; None: the usual one
    colorspace  space of EXR files that do not say what they hold; None: the usual rules
    """

    encoding: Encoding
    ocio: str | None
    colorspace: str | None

    def colours(self, header: Header, output: str | None = None) -> Colours:
        given = self.colorspace if _silent(header) else None
        return open_colours(config=self.ocio, colorspace=given, output_colorspace=output, header=header)

    def notes(self, headers: Collection[Header]) -> list[str]:
        """What was given without effect."""
        if not self.colorspace or any(_silent(header) for header in headers):
            return []
        for header in headers:  # it must exist all the same
            open_colours(config=self.ocio, colorspace=self.colorspace, output_colorspace=None, header=header)
        return ["--colorspace changes nothing: every file says what it holds, or is no EXR"]

    def encode(self, raw: RawFrame, colours: Colours) -> Array:
        light = _light(raw, colours)
        return srgb(colours.to_rec709(light)) if self.encoding == "srgb" else colours.to_working(light).pixels


def score_sequences(
    *,
    result: str,
    truth: str,
    matte: str,
    matte_channel: str = "",
    matte_id: int | None = None,
    plate: str | None = None,
    encoding: Encoding = "srgb",
    ocio: str | None = None,
    colorspace: str | None = None,
    flow: Flow | None = None,
    progress: Callable[[int], None] = lambda _: None,
) -> Score:
    """Measure a result on every frame that truth and matte both have.

    result, truth, matte  sequences; data windows are aligned, display windows must be of one size; a matte that is one
                          file is that of every frame
    plate                 what the result was made from; with it, changed pixels outside the matte are counted
    encoding              values to compare in: "srgb", as on a display, or "log", the working space
    ocio                  OCIO config; None: $OCIO, else the built-in one
    colorspace            space of EXR files that do not say what they hold; None: the usual rules
    flow                  dense flow estimator for the warping error; None leaves that out
    progress              called with each frame when it is done
    raises                SequenceError, MatteError, PictureError, ColourError
    """
    results, truths = open_footage(result), open_footage(truth)
    mattes = open_matte(matte, matte_channel, matte_id)
    plates = open_footage(plate) if plate else None
    frames = tuple(sorted(set(truths.frames) - mattes.missing(truths.frames)))
    if not frames:
        raise SequenceError("truth and matte have no frame in common", where=truth, fix=f"compare it with {matte}")
    for footage in filter(None, (results, plates)):
        check_frames(footage, frames, "frames {} are missing", "render them, or give truth and matte of fewer")
    values = _Values(encoding, ocio, colorspace)
    headers = [footage.header(frames[0]) for footage in (results, truths, plates) if footage is not None]
    display = headers[1].display
    ours, theirs = values.colours(headers[0]), values.colours(headers[1])
    notes = [*_frames_left_out(truths.frames, frames), *values.notes(headers)]
    scorer, changed, outside, unknown = Scorer(flow), 0, 0, 0
    for number in frames:
        raw, clean = _picture(results, number), _picture(truths, number)
        for header in (raw.header, clean.header):
            _check_size(header, display)
        window = clean.header.data
        pixels, covered = mattes.read(number, display)
        expected = values.encode(clean, theirs)
        whole = hole_of(pixels)
        hole = reframe(whole, covered, window, False) & np.isfinite(expected).all(axis=2)
        unknown += int(np.count_nonzero(whole)) - int(np.count_nonzero(hole))
        encoded = reframe(values.encode(raw, ours), raw.header.data, window, np.nan)
        if not np.isfinite(encoded[hole]).all():
            raise PictureError(
                f"frame {number} is not finite in the hole, or does not cover it",
                where=raw.header.path,
                fix="render that frame again",
            )
        scorer.add(number, encoded, expected, hole)
        if plates is not None:
            original = _picture(plates, number)
            _check_size(original.header, display)
            stays = reframe(pixels, covered, raw.header.data, 0.0) <= 0
            changed += _changed(raw, original, stays, values)
            outside += int(np.count_nonzero(stays))
        progress(number)
    if not scorer.psnr.frames:
        if unknown:
            raise PictureError(
                "nothing of the hole is in the truth, or is finite there",
                where=truth,
                fix="give the same frames without the object",
            )
        raise MatteError(
            f"the matte is empty on every frame: nowhere above {HOLE:g}", where=matte, fix="check --matte-channel"
        )
    if unknown:
        notes.append(f"{unknown} pixels of the hole are not judged: the truth does not have them, or no finite value")
    if plates is not None and not outside:
        notes.append("--plate says nothing: the matte covers all of the result")
    return scorer.score(encoding, changed if plates is not None else None, notes)


def _silent(header: Header) -> bool:
    """True of a file that may hold anything, and does not say what."""
    return header.format == "exr" and not {"colorInteropID", "chromaticities"} & set(header.attributes)


def _frames_left_out(there: Collection[int], compared: Collection[int]) -> list[str]:
    absent = set(there) - set(compared)
    return [f"frames {format_frames(absent)} of the truth have no matte"] if absent else []


def _picture(footage: Footage, number: int) -> RawFrame:
    return footage.read(number, set(rgb_names(footage.header(number))))


def _light(raw: RawFrame, colours: Colours) -> Picture[LinearColour]:
    return colours.to_linear(Picture[FileColour](as_float(rgb(raw)), raw.header.data))


def _check_size(header: Header, display: Box) -> None:
    if header.display.size != display.size:
        raise SequenceError(
            f"{header.display.width}x{header.display.height} does not compare with {display.width}x{display.height}",
            where=header.path,
            fix="give result, truth and plate of one size",
        )


def _changed(raw: RawFrame, plate: RawFrame, stays: NDArray[np.bool_], values: _Values) -> int:
    """Pixels of the plate's data window that are not what they were, or are not there any more."""
    names = dict(zip(rgb_names(raw.header), rgb_names(plate.header), strict=True))
    if plate.header.format == "exr":
        before = {name: plate.channels[theirs] for name, theirs in names.items()}
    else:
        written = values.colours(raw.header).file
        colours = values.colours(plate.header, written)
        converted = colours.to_output(_light(plate, colours)).pixels
        before = {name: converted[..., index] for index, name in enumerate(names)}
    window, theirs = raw.header.data, plate.header.data
    common = window & theirs
    if common.empty:
        return theirs.width * theirs.height
    lost = theirs.width * theirs.height - common.width * common.height
    now = {name: raw.channels[name][common.slices(window)] for name in names}
    return lost + changed_outside(
        now, {name: channel[common.slices(theirs)] for name, channel in before.items()}, stays[common.slices(window)]
    )
