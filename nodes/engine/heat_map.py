"""The heat map of a verdict: its worst frames, read again at a size at which they can be looked at."""

from pathlib import Path

import numpy as np

from nodes.engine.verdict import FrameVerdict, Verdict
from vfxlib.image.box import Box
from vfxlib.image.picture import FileColour, Picture, is_light
from vfxlib.image.pixel_types import as_float
from vfxlib.image.reframe import reframe
from vfxlib.inputs.shot import OpenShot
from vfxlib.io.footage import rgb, rgb_names
from vfxlib.io.frames import format_frames
from vfxlib.io.gaps import MOST_PARTS
from vfxlib.motion.coarse import area_reduced
from vfxlib.review.contact_sheet import thumbnail
from vfxlib.review.heat_map import CELL_LINES, HeatPanel, heat_map, write_heat_map

__all__ = ["draw_heat_map"]

MOST_PANELS = 4


def draw_heat_map(shot: OpenShot, verdict: Verdict, path: Path) -> None:
    """Write a picture of the frames that are best painted by hand, else of those that other frames show least of.

    raises  OutputError if the place cannot be written, or holds a file of somebody else's
    """
    by_number = {each.number: each for each in verdict.with_matte}
    least = sorted(verdict.with_matte, key=lambda each: each.hole * (each.share - 1))
    chosen = list(dict.fromkeys([*(n for n in verdict.paint if n in by_number), *(each.number for each in least)]))
    panels = [_panel(shot, by_number[number], number in verdict.paint) for number in sorted(chosen[:MOST_PANELS])]
    title = f"{100 * verdict.share:.0f} % of the hole is shown by other frames: {verdict.word}"
    paint = f"paint by hand: {', '.join(map(str, verdict.paint))}   " if verdict.paint else ""
    reach = f"each frame looks {verdict.sources.reach} frames to either side"
    shares = [(number, by_number[number].share if number in by_number else None) for number in verdict.looked]
    picture = heat_map(
        title, f"{paint}frames {format_frames(verdict.frames, MOST_PARTS)}, {reach}", panels, shares, [*verdict.paint]
    )
    write_heat_map(path, picture)


def _panel(shot: OpenShot, frame: FrameVerdict, to_paint: bool) -> HeatPanel:
    header = shot.header(frame.number)
    raw = shot.plate.read(frame.number, list(dict.fromkeys(rgb_names(header, shot.layer))))
    pixels = reframe(as_float(rgb(raw, shot.layer)), header.data, shot.display)
    small = area_reduced(np.where(is_light(pixels)[..., None], pixels, 0), CELL_LINES)
    linear = shot.colours.to_linear(Picture[FileColour](small, Box(0, 0, small.shape[1], small.shape[0])))
    picture = thumbnail(shot.colours.display(linear), small.shape[1], header.aspect)
    words = f"{frame.number}: other frames show {100 * frame.share:.0f} % of its hole"
    return HeatPanel(words + (", paint this one" if to_paint else ""), picture, frame.counts, to_paint)
