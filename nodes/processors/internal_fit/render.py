"""Step render: every frame painted by the fitted networks, with grain, over what another fill is trusted for."""

from __future__ import annotations

from concurrent.futures import Future

import numpy as np

from nodes.engine.context import StepContext
from nodes.engine.fit_index import fit_of
from nodes.engine.output import open_output
from nodes.node import Step
from nodes.processors.internal_fit.network_view import NetworkView, mixed_colour, network_view
from vfxlib.flow_inpaint.expected_error import confidence
from vfxlib.grain.model import Grain
from vfxlib.grain.regrain import grain_around, noise
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, LinearColour, Picture, WorkingColour
from vfxlib.image.tiles import Tiling, plan_tiles
from vfxlib.inputs.shot import ShotFrame
from vfxlib.internal_fit.inference import FramePainter, painted_at_once
from vfxlib.internal_fit.memory import SMALLER, paint_bytes
from vfxlib.internal_fit.weights import FittedNetworks, read_networks
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.frame_tasks import map_ahead
from vfxlib.pipeline.merge import FILLED, data_layers
from vfxlib.render import render
from vfxlib.train.memory import check_memory

__all__ = ["run"]

INTERNAL = 4.0  # provenance.method
TILING = Tiling(size=512, overlap=32)
TILED = TILING.size + 2 * TILING.overlap  # side of a tile with its overlap
PIXEL = 120  # bytes for each pixel of the plate that a frame at work takes beside the networks


def run(context: StepContext, step: Step, frames: tuple[int, ...]) -> None:
    """Render some frames; several are painted at once, each by one core."""
    made = fit_of(context, frames[0])
    weights = {"weights": [context.content(path) for path in made.weights]}
    work = context.work(step, frames, lambda number: weights)
    todo = work.todo()
    with FrameCache(context.shot.read, context.shot.frames, context.budget(0.2)) as clip:
        fitted = read_networks(made.weights, context.device) if made.weights and todo else None
        each = _bytes(context, fitted)
        waiting = map_ahead(lambda number: _paint(context, fitted, clip[number]), todo, context.threads_within(each))
        painted: dict[int, Future[dict[Box, Array]]] = {}

        def process(clip: FrameCache[ShotFrame], number: int, box: Box) -> Array:
            while number not in painted:  # all tiles of a frame are painted together; frames come one after another
                painted.clear()
                painted.update([next(waiting)])
            return painted[number].result()[box]

        write = open_output(context, step, work, lambda frame, filled, wanted: data_layers(frame, filled, {}))
        render(clip, todo, process, TILING, context.shot.colours, float(context.values["feather"]), work, write)


def _bytes(context: StepContext, fitted: FittedNetworks | None) -> int:
    """What a frame at work may take: its pictures, and the largest part that goes through a network."""
    pixels = context.shot.display.width * context.shot.display.height
    if fitted is None:
        return PIXEL * pixels
    coarsest = pixels // 4 ** (len(fitted.networks) - 1)
    return PIXEL * pixels + paint_bytes(fitted.networks[0].settings, max(coarsest, TILED**2))


def _paint(context: StepContext, fitted: FittedNetworks | None, frame: ShotFrame) -> dict[Box, Array]:
    """Every tile of a frame: [h w 6] as ``FILLED`` names them."""
    seen = network_view(context, frame)
    sight = seen.sight(context.shot.colours)
    painter, grain = None, grain_around(frame)
    if fitted and sight.hole.any():  # without a fit the fill is kept whole, so there is nothing to paint
        pixels = painted_at_once(sight, len(fitted.networks) - 1, TILED)
        needed = paint_bytes(fitted.networks[0].settings, pixels)
        check_memory(needed, context.job.output.memory, f"painting frame {frame.number}", SMALLER)
        painter = FramePainter(fitted, sight)
    boxes = plan_tiles(frame.hole, frame.window, TILING)
    return {box: _piece(context, seen, painter, grain, box) for box in boxes}


def _piece(context: StepContext, seen: NetworkView, painter: FramePainter | None, grain: Grain, box: Box) -> Array:
    colours, frame = context.shot.colours, seen.frame
    part = box.slices(frame.window)
    share = seen.share[part]
    light = Picture[LinearColour](np.zeros((*share.shape, 3), np.float32), box)
    error = np.ones(share.shape, np.float32)
    if painter is not None:
        working, error = painter.paint(box)
        light = colours.from_working(Picture[WorkingColour](working, box))
        strength = grain.at(light.pixels.reshape(-1, 3)).reshape(light.pixels.shape) * np.float32(
            context.values["grain"]
        )
        rough = light.pixels + strength * noise(context.job.output.seed, frame.number, box, frame.window)
        light = Picture[LinearColour](rough, box)
    piece = np.empty((box.height, box.width, len(FILLED)), np.float32)
    piece[..., :3] = mixed_colour(seen, light)
    piece[..., 3], piece[..., 4], piece[..., 5] = confidence(error), 0, INTERNAL
    if seen.fill is not None:
        kept = share <= 0.5
        for channel, given in enumerate((seen.fill.confidence, seen.fill.frame, seen.fill.method), 3):
            piece[..., channel][kept] = given[part][kept]
    return piece
