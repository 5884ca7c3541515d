"""Step render: every frame painted by the fitted networks, with grain, over what another fill is trusted for."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from nodes.node import Step
from nodes.processors.internal_fit.made import made_for
from nodes.processors.internal_fit.sights import View, mixed_colour, view
from nodes.processors.output import open_output
from nodes.processors.stage import Stage
from vfxlib.box import Box
from vfxlib.clip import Clip
from vfxlib.fill.grain import Grain
from vfxlib.fill.trust import confidence
from vfxlib.inpaint.fitted import Fitted, read_fitted
from vfxlib.inpaint.needs import paint_bytes, see_that_it_fits
from vfxlib.inpaint.painting import FramePainter, painted_at_once
from vfxlib.inpaint.regrain import grain_around, noise
from vfxlib.layers import FILLED
from vfxlib.picture import Array, LinearColour, Picture, WorkingColour
from vfxlib.render import render
from vfxlib.shot import ShotFrame
from vfxlib.tiles import Tiling

__all__ = ["run"]

INTERNAL = 4.0  # provenance.method
TILING = Tiling(size=512, overlap=32)


class _Frames:
    """What one frame needs at every tile of it; made once."""

    def __init__(self, stage: Stage, fitted: Fitted | None) -> None:
        self._stage, self._fitted = stage, fitted
        self._number: int | None = None

    def at(self, frame: ShotFrame) -> tuple[View, FramePainter | None, Grain]:
        if self._number != frame.number:
            self._number = None
            self._view = view(self._stage, frame)
            sight = self._view.sight(self._stage.shot.colours)
            # without a fit the fill is kept whole, so there is nothing to paint
            self._painter = None
            if self._fitted and sight.hole.any():
                pixels = painted_at_once(sight, len(self._fitted.networks) - 1, TILING.size + 2 * TILING.overlap)
                needed = paint_bytes(self._fitted.networks[0].settings, pixels)
                see_that_it_fits(needed, self._stage.job.output.memory, f"painting frame {frame.number}")
                self._painter = FramePainter(self._fitted, sight)
            self._grain = grain_around(frame)
            self._number = frame.number
        return self._view, self._painter, self._grain


def run(stage: Stage, step: Step, frames: tuple[int, ...]) -> None:
    """Render some frames."""
    made = made_for(stage, frames[0])
    weights = {"weights": [stage.content(path) for path in made.weights]}
    work = stage.work(step, frames, lambda number: weights)
    todo = work.todo()
    with Clip(stage.shot.read, stage.shot.frames, stage.budget(0.2)) as clip:
        fitted = read_fitted(made.weights, stage.device) if made.weights and todo else None
        process = _process(stage, fitted)
        write = open_output(stage, step, work, lambda number, window: {})
        render(clip, todo, process, TILING, stage.shot.colours, float(stage.values["feather"]), work, write)


def _process(stage: Stage, fitted: Fitted | None) -> Callable[[Clip[ShotFrame], int, Box], Array]:
    colours, seed, amount = stage.shot.colours, stage.job.output.seed, float(stage.values["grain"])
    of = _Frames(stage, fitted)

    def process(clip: Clip[ShotFrame], number: int, box: Box) -> Array:
        seen, painter, grain = of.at(clip[number])
        part = box.slices(seen.frame.window)
        share = seen.share[part]
        piece = np.zeros((box.height, box.width, len(FILLED)), np.float32)
        if painter is None:
            light = Picture[LinearColour](np.zeros((*share.shape, 3), np.float32), box)
            error = np.ones(share.shape, np.float32)
        else:
            working, error = painter.paint(box)
            light = colours.from_working(Picture[WorkingColour](working, box))
            strength = grain.at(light.pixels.reshape(-1, 3)).reshape(light.pixels.shape) * np.float32(amount)
            light = Picture[LinearColour](light.pixels + strength * noise(seed, number, box, seen.frame.window), box)
        piece[..., :3] = mixed_colour(seen, light)
        painted = share > 0.5
        piece[..., 3], piece[..., 5] = confidence(error), INTERNAL
        if seen.fill is not None:
            fill = seen.fill
            piece[..., 3] = np.where(painted, piece[..., 3], fill.confidence[part])
            piece[..., 4] = np.where(painted, 0, fill.frame[part])
            piece[..., 5] = np.where(painted, INTERNAL, fill.method[part])
        return piece

    return process
