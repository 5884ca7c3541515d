"""Step render: every frame painted by the fitted networks, with grain, over what another fill is trusted for."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np

from nodes.node import Step
from nodes.processors.internal_fit.sights import View, mixed_colour, view
from nodes.processors.made import made_for
from nodes.processors.output import open_output
from nodes.processors.stage import Stage
from vfxlib.box import Box
from vfxlib.clip import Clip
from vfxlib.fill.grain import Grain
from vfxlib.fill.trust import confidence
from vfxlib.fit.needs import see_that_it_fits
from vfxlib.inpaint.fitted import Fitted, read_fitted
from vfxlib.inpaint.needs import SMALLER, paint_bytes
from vfxlib.inpaint.painting import FramePainter, painted_at_once
from vfxlib.inpaint.regrain import grain_around, noise
from vfxlib.layers import FILLED, data_layers
from vfxlib.picture import Array, LinearColour, Picture, WorkingColour
from vfxlib.render import render
from vfxlib.shot import ShotFrame
from vfxlib.tiles import Tiling, plan_tiles
from vfxlib.work import ahead

__all__ = ["run"]

INTERNAL = 4.0  # provenance.method
TILING = Tiling(size=512, overlap=32)
TILED = TILING.size + 2 * TILING.overlap  # side of a tile with its overlap
PIXEL = 120  # bytes for each pixel of the plate that a frame at work takes beside the networks


def run(stage: Stage, step: Step, frames: tuple[int, ...]) -> None:
    """Render some frames; several are painted at once, each by one core."""
    made = made_for(stage, frames[0])
    weights = {"weights": [stage.content(path) for path in made.weights]}
    work = stage.work(step, frames, lambda number: weights)
    todo = work.todo()
    with Clip(stage.shot.read, stage.shot.frames, stage.budget(0.2)) as clip:
        fitted = read_fitted(made.weights, stage.device) if made.weights and todo else None
        each = _bytes(stage, fitted)
        waiting = ahead(lambda number: _paint(stage, fitted, clip[number]), todo, stage.threads_within(each))
        painted: dict[int, Future[dict[Box, Array]]] = {}

        def process(clip: Clip[ShotFrame], number: int, box: Box) -> Array:
            while number not in painted:  # all tiles of a frame are painted together; frames come one after another
                painted.clear()
                painted.update([next(waiting)])
            return painted[number].result()[box]

        write = open_output(stage, step, work, lambda frame, filled, wanted: data_layers(frame, filled, {}))
        render(clip, todo, process, TILING, stage.shot.colours, float(stage.values["feather"]), work, write)


def _bytes(stage: Stage, fitted: Fitted | None) -> int:
    """What a frame at work may take: its pictures, and the largest part that goes through a network."""
    pixels = stage.shot.display.width * stage.shot.display.height
    if fitted is None:
        return PIXEL * pixels
    coarsest = pixels // 4 ** (len(fitted.networks) - 1)
    return PIXEL * pixels + paint_bytes(fitted.networks[0].settings, max(coarsest, TILED**2))


def _paint(stage: Stage, fitted: Fitted | None, frame: ShotFrame) -> dict[Box, Array]:
    """Every tile of a frame: [h w 6] as ``FILLED`` names them."""
    seen = view(stage, frame)
    sight = seen.sight(stage.shot.colours)
    painter, grain = None, grain_around(frame)
    if fitted and sight.hole.any():  # without a fit the fill is kept whole, so there is nothing to paint
        pixels = painted_at_once(sight, len(fitted.networks) - 1, TILED)
        needed = paint_bytes(fitted.networks[0].settings, pixels)
        see_that_it_fits(needed, stage.job.output.memory, f"painting frame {frame.number}", SMALLER)
        painter = FramePainter(fitted, sight)
    boxes = plan_tiles(frame.hole, frame.window, TILING)
    return {box: _piece(stage, seen, painter, grain, box) for box in boxes}


def _piece(stage: Stage, seen: View, painter: FramePainter | None, grain: Grain, box: Box) -> Array:
    colours, frame = stage.shot.colours, seen.frame
    part = box.slices(frame.window)
    share = seen.share[part]
    light = Picture[LinearColour](np.zeros((*share.shape, 3), np.float32), box)
    error = np.ones(share.shape, np.float32)
    if painter is not None:
        working, error = painter.paint(box)
        light = colours.from_working(Picture[WorkingColour](working, box))
        strength = grain.at(light.pixels.reshape(-1, 3)).reshape(light.pixels.shape) * np.float32(stage.values["grain"])
        rough = light.pixels + strength * noise(stage.job.output.seed, frame.number, box, frame.window)
        light = Picture[LinearColour](rough, box)
    piece = np.empty((box.height, box.width, len(FILLED)), np.float32)
    piece[..., :3] = mixed_colour(seen, light)
    piece[..., 3], piece[..., 4], piece[..., 5] = confidence(error), 0, INTERNAL
    if seen.fill is not None:
        kept = share <= 0.5
        for channel, given in enumerate((seen.fill.confidence, seen.fill.frame, seen.fill.method), 3):
            piece[..., channel][kept] = given[part][kept]
    return piece
