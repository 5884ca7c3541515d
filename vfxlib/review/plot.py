"""A picture of how something changed: lines over two axes with ticks, on the ground of the contact sheets (Pillow)."""

import math
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

from vfxlib.io.png import write_png
from vfxlib.review.axes import fit_axis, tick_label
from vfxlib.review.lettering import GROUND, font

__all__ = ["write_curve"]

Point = tuple[float, float]
Rgb = tuple[int, int, int]

WIDTH, HEIGHT = 1200, 720
LEFT, RIGHT, TOP, BOTTOM = 120, 48, 96, 100
SUPERSAMPLING = 2  # drawn larger and made smaller, so that what is drawn is smooth
GRID: Rgb = (52, 52, 52)
FAINT: Rgb = (150, 150, 150)
BRIGHT: Rgb = (235, 235, 235)
# told apart by people who do not see red or green, too
LINE_COLOURS: tuple[Rgb, ...] = (
    (86, 180, 233),
    (230, 159, 0),
    (0, 190, 130),
    (240, 228, 66),
    (213, 94, 0),
    (204, 121, 167),
)


def write_curve(
    path: Path, series: Mapping[str, Sequence[Point]], title: str, x: str, y: str, *, log_x: bool = False
) -> None:
    """Draw lines into a PNG of 1200x720, with a legend if there are several.

    series   name -> points from left to right; points that are no numbers are left out, and those at 0 or below too if
             the axis is logarithmic
    x, y     what the axes stand for, with their units
    log_x    True for a logarithmic x axis
    raises   OutputError if the place cannot be written
    """
    lines = {
        name: [p for p in points if math.isfinite(p[0]) and math.isfinite(p[1]) and (p[0] > 0 or not log_x)]
        for name, points in series.items()
    }
    x_axis = fit_axis([p[0] for line in lines.values() for p in line], LEFT, WIDTH - RIGHT, log_x)
    y_axis = fit_axis([p[1] for line in lines.values() for p in line], HEIGHT - BOTTOM, TOP, False)
    image = Image.new("RGB", (WIDTH * SUPERSAMPLING, HEIGHT * SUPERSAMPLING), GROUND)
    draw = ImageDraw.Draw(image)
    for tick in x_axis.ticks:
        column = x_axis.pixel(tick)
        _draw_line(draw, [(column, TOP), (column, HEIGHT - BOTTOM)], GRID, 1)
        _draw_text(draw, (column, HEIGHT - BOTTOM + 12), tick_label(tick), 19, FAINT, "mt")
    for tick in y_axis.ticks:
        row = y_axis.pixel(tick)
        _draw_line(draw, [(LEFT, row), (WIDTH - RIGHT, row)], GRID, 1)
        _draw_text(draw, (LEFT - 14, row), tick_label(tick), 19, FAINT, "rm")
    _draw_line(draw, [(LEFT, TOP), (LEFT, HEIGHT - BOTTOM), (WIDTH - RIGHT, HEIGHT - BOTTOM)], FAINT, 2)
    _draw_text(draw, (LEFT, 34), title, 26, BRIGHT, "ls")
    _draw_text(draw, (LEFT, TOP - 16), y, 19, FAINT, "ls")
    _draw_text(draw, (WIDTH - RIGHT, HEIGHT - 30), x, 19, FAINT, "rs")
    legend = WIDTH - RIGHT
    for number, (name, line) in reversed(list(enumerate(lines.items()))):
        colour = LINE_COLOURS[number % len(LINE_COLOURS)]
        dots = [(x_axis.pixel(p[0]), y_axis.pixel(p[1])) for p in line]
        _draw_line(draw, dots, colour, 3)
        for dot in dots if len(dots) <= 60 else ():
            _draw_dot(draw, dot, 4, colour)
        if len(lines) > 1:
            legend -= round(font(20 * SUPERSAMPLING).getlength(name) / SUPERSAMPLING)
            _draw_text(draw, (legend, TOP - 16), name, 20, colour, "ls")
            _draw_dot(draw, (legend - 16, TOP - 23), 6, colour)
            legend -= 48
    if not any(lines.values()):
        _draw_text(draw, (WIDTH / 2, HEIGHT / 2), "nothing to show", 22, FAINT, "mm")
    write_png(path, np.asarray(image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS)))


def _draw_line(draw: ImageDraw.ImageDraw, points: Sequence[Point], colour: Rgb, width: int) -> None:
    if len(points) > 1:
        draw.line(
            [(a * SUPERSAMPLING, b * SUPERSAMPLING) for a, b in points], colour, width * SUPERSAMPLING, joint="curve"
        )


def _draw_dot(draw: ImageDraw.ImageDraw, centre: Point, radius: int, colour: Rgb) -> None:
    draw.circle((centre[0] * SUPERSAMPLING, centre[1] * SUPERSAMPLING), radius * SUPERSAMPLING, colour)


def _draw_text(draw: ImageDraw.ImageDraw, corner: Point, words: str, size: int, colour: Rgb, anchor: str) -> None:
    at = (corner[0] * SUPERSAMPLING, corner[1] * SUPERSAMPLING)
    draw.text(at, words, colour, font(size * SUPERSAMPLING), anchor=anchor)
