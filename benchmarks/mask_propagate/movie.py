"""Carried mattes to look at: a movie and a contact sheet with the true matte's outline."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.mask_propagate.iou import Mask, MatteScore
from benchmarks.mask_propagate.peers import DisplayPicture, display_of, displayed_frame
from benchmarks.mask_propagate.run import PropagatedMattes
from benchmarks.mask_propagate.sets import KeyedShot
from vfxlib.image.pixel_types import as_float
from vfxlib.image.reframe import reframe
from vfxlib.io.footage import open_footage
from vfxlib.io.movie import write_movie
from vfxlib.io.png import write_png
from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.review.contact_sheet import Row, caption_bar, contact_sheet
from vfxlib.review.false_colour import confidence_overlay, matte_overlay, outline_matte

__all__ = ["draw_mattes"]

TRUTH = (90, 255, 130)  # the colour of the true matte's outline
ROWS = 8
BAR = 28
RATE = Fraction(24)


def draw_mattes(
    shot: KeyedShot, made: PropagatedMattes, method: str, score: MatteScore, folder: Path
) -> tuple[Path, Path]:
    """Write a movie (plate at the left, matte at the right) and a sheet of the worst frames among others.

    returns  both files
    """
    name = f"{shot.name}-{method}-{shot.label}"
    movie, sheet = folder / f"{name}.mp4", folder / f"{name}.png"
    mattes, truths = shot.mattes(made.folder, made.channel), shot.truths()
    write_movie(movie, _frames(shot, mattes, truths, score), RATE)
    by_number = {one.number: one for one in score.frames}
    rows = []
    for number in _chosen(score):
        one, plate = by_number[number], displayed_frame(shot.plate, number)
        cells = [outline_matte(plate, as_float(truths[number]), TRUTH), _overlay(plate, mattes[number], truths[number])]
        cells.append(_confidence(made, number, plate))
        note = f"IoU {one.iou:.3f}\nrecall {one.recall:.3f}" + ("\nkey" if number in score.keys else "")
        rows.append(Row(str(number), cells, note, one.number == score.worst.number))
    title = f"{shot.name}, {method}: IoU {score.iou:.3f}, recall {score.recall:.3f}"
    keys = f"keys {', '.join(map(str, shot.keys))}; green is the true matte's outline"
    columns = ("plate", "matte above 0.5", "confidence")
    write_png(sheet, contact_sheet(columns, rows, title=title, subtitle=keys))
    return movie, sheet


def _frames(
    shot: KeyedShot, mattes: Mapping[int, NDArray[np.float32]], truths: Mapping[int, Mask], score: MatteScore
) -> Iterator[DisplayPicture]:
    for one in score.frames:
        plate = displayed_frame(shot.plate, one.number)
        sides = (plate, _overlay(plate, mattes[one.number], truths[one.number]))
        pictures = np.concatenate([side[:, : side.shape[1] // 2 * 2] for side in sides], axis=1)
        words = ((0.25, str(one.number), True), (0.75, f"IoU {one.iou:.3f}   recall {one.recall:.3f}", False))
        yield np.concatenate([pictures, caption_bar(pictures.shape[1], BAR, words)])


def _overlay(plate: DisplayPicture, matte: NDArray[np.float32], truth: Mask) -> DisplayPicture:
    return outline_matte(matte_overlay(plate, as_float(matte > OBJECT_THRESHOLD)), as_float(truth), TRUTH)


def _confidence(made: PropagatedMattes, number: int, plate: DisplayPicture) -> DisplayPicture:
    """The confidence of a frame; the plate itself where a method has none."""
    footage = open_footage(made.folder)
    header = footage.header(number)
    if "confidence.A" not in header.channels:
        return plate
    confidence = as_float(footage.read(number, ["confidence.A"]).channels["confidence.A"])
    confidence = reframe(confidence, header.data, display_of(footage))
    return confidence_overlay(plate, confidence, np.ones_like(confidence))


def _chosen(score: MatteScore) -> list[int]:
    """Half of the rows are the worst frames, the others are spread over the shot."""
    worst = [one.number for one in sorted(score.frames, key=lambda one: one.iou)[: ROWS // 2]]
    rest = [one.number for one in score.frames if one.number not in worst]
    count = min(ROWS - len(worst), len(rest))
    spread = [rest[round(place)] for place in np.linspace(0, len(rest) - 1, count)] if count else []
    return sorted(worst + spread)
