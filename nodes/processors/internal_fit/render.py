"""Step render: every frame painted by the fitted networks, with grain, over what another fill is trusted for."""

from collections.abc import Collection
from functools import partial

import numpy as np

from nodes.engine.context import StepContext
from nodes.engine.fit_index import fit_of
from nodes.engine.frame_step import frame_tasks, render_frames
from nodes.processors.hole_frame import surrounded
from nodes.processors.internal_fit.network_view import (
    NetworkView,
    joined_colour,
    mixed_colour,
    network_view,
    surer_share,
    textured_colour,
)
from vfxlib.confidence import confidence
from vfxlib.grain.model import Grain
from vfxlib.grain.regrain import grain_around, lacking_grain, noise
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, LinearColour, Picture, WorkingColour
from vfxlib.image.tiles import Tiling
from vfxlib.inputs.shot import ShotFrame
from vfxlib.internal_fit.inference import FramePainter, painted_at_once
from vfxlib.internal_fit.memory import SMALLER, paint_bytes
from vfxlib.internal_fit.weights import FittedNetworks, read_networks
from vfxlib.layer_names import BACKWARD, FORWARD, STMAP, STMAP_CHANNELS, Provenance
from vfxlib.pipeline.fill_block import FillBlock, empty_block
from vfxlib.pipeline.merge import Merged, fill_layers
from vfxlib.pipeline.stmap import own_places, stmap_layers
from vfxlib.render import OpenFrame
from vfxlib.train.memory import check_memory

__all__ = ["run"]

TILING = Tiling(size=512, overlap=32)
TILED = TILING.size + 2 * TILING.overlap  # side of a tile with its overlap
KEPT = 0.5  # of the painting that shows: up to here a pixel counts as the fill's
COARSE_OCTAVES = 2  # of detail that even the coarsest network cannot draw; every finer one adds one
PIXEL = 120  # bytes for each pixel of the plate that a frame at work takes beside the networks


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Render some frames; several are painted at once, each by one core."""
    tasks, weights = frame_tasks(context, frames), fit_of(context).weights
    fitted = read_networks(weights, context.device) if weights and tasks.unfinished else None

    def open_frame(frame: ShotFrame) -> OpenFrame:
        view = network_view(context, frame)
        octaves = COARSE_OCTAVES + (len(fitted.networks) if fitted else 0)
        process = partial(_paint, context, view, _painter(context, fitted, view), grain_around(frame), octaves)

        def layers(merged: Merged, wanted: Collection[str]) -> dict[str, Array]:
            moved = FORWARD in wanted or BACKWARD in wanted
            passed = context.upstream.read_motion(frame.number, frame.window) if moved else {}
            return {**fill_layers(merged), **passed, **(_stmap(context, view, merged) if STMAP in wanted else {})}

        return OpenFrame(process, layers)

    render_frames(context, context.clip, tasks, open_frame, _bytes(context, fitted), TILING)


def _stmap(context: StepContext, view: NetworkView, merged: Merged) -> dict[str, Array]:
    """Where the pixels come from that are kept of a fill which says so; all others from their own place."""
    frame, fill = view.frame, context.upstream.fill
    channels = stmap_layers(*own_places(frame.window), context.shot.display)
    if fill is not None:
        kept = frame.hole & (merged.filled.method != Provenance.FITTED)
        for name, pixels in fill.read_data(frame.number, STMAP_CHANNELS, frame.window).items():
            channels[name][kept] = pixels[kept]
    return channels


def _bytes(context: StepContext, fitted: FittedNetworks | None) -> int:
    """What a frame at work may take: its pictures, and the largest part that goes through a network."""
    pixels = context.shot.display.width * context.shot.display.height
    if fitted is None:
        return PIXEL * pixels
    coarsest = pixels // 4 ** (len(fitted.networks) - 1)
    return PIXEL * pixels + paint_bytes(fitted.networks[0].settings, max(coarsest, TILED**2))


def _painter(context: StepContext, fitted: FittedNetworks | None, view: NetworkView) -> FramePainter | None:
    """What paints a frame; None where nothing is painted: without a fit the fill is kept whole."""
    frame = view.frame_of(context.shot.colours)
    if fitted is None or not frame.hole.any():
        return None
    pixels = painted_at_once(frame, len(fitted.networks) - 1, TILED)
    needed = paint_bytes(fitted.networks[0].settings, pixels)
    check_memory(needed, context.job.output.memory, f"painting frame {view.frame.number}", SMALLER)
    return FramePainter(fitted, frame)


def _paint(
    context: StepContext, view: NetworkView, painter: FramePainter | None, grain: Grain, octaves: int, box: Box
) -> FillBlock:
    colours, part = context.shot.colours, box.slices(view.frame.window)
    light = Picture[LinearColour](np.zeros((box.height, box.width, 3), np.float32), box)
    error = np.ones((box.height, box.width), np.float32)
    if painter is not None:
        working, error = painter.paint(box)
        light = colours.from_working(joined_colour(view, Picture[WorkingColour](working, box), colours))
    block = empty_block(box.height, box.width)
    share = surer_share(view, error, box)
    mixed = Picture[LinearColour](mixed_colour(view, light, share), box)
    block.colour[:], size = textured_colour(view, mixed, colours, octaves)
    painted = share > 0
    if painted.any():  # grain comes last: texture brings some along
        lack = lacking_grain(surrounded(view.frame, block.colour, box), grain, share, float(context.values["grain"]))
        rough = lack * noise(context.job.output.seed, view.frame.number, box, view.frame.window)
        block.colour[painted] += rough[painted]
    error = np.hypot(error, size)  # a texture that is not the place's own is an error of its size, and looks better
    block.confidence[:], block.method[:] = confidence(error), Provenance.FITTED
    if view.fill is not None:
        kept = share <= KEPT
        block.confidence[kept] = view.fill.confidence[part][kept]
        block.frame[kept] = view.fill.frame[part][kept]
        block.method[kept] = view.fill.method[part][kept]
    return block
