"""What a network may see of a frame: the plate outside the matte, and what of another fill can be trusted."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import ndimage

from nodes.engine.context import StepContext
from nodes.processors.hole_frame import surrounded
from vfxlib.colour.ocio import Colours
from vfxlib.confidence import expected_error, painted_error
from vfxlib.image.box import Box
from vfxlib.image.morphology import feather, grow
from vfxlib.image.picture import Array, LinearColour, Picture, WorkingColour
from vfxlib.inputs.prior_fill import FillFrame
from vfxlib.inputs.shot import ShotFrame
from vfxlib.internal_fit.detail_transfer import transfer_detail
from vfxlib.internal_fit.downsample import NetworkFrame
from vfxlib.internal_fit.seam import seam_correction
from vfxlib.layer_names import Provenance

__all__ = [
    "NetworkView",
    "TexturedColour",
    "joined_colour",
    "mixed_colour",
    "network_view",
    "surer_share",
    "textured_colour",
    "whole_view",
]

LEAST = 1e-12  # squared code values, below which two errors are both none
SEAM = 1.0  # of the soft edge's width: deviation of what is smoothed along it
DEEP = 2.0  # of it: this far from a trusted fill a copy that is in doubt is painted over
WIDEST_SEAM = 8.0  # pixels: four deviations are the overlap of tiles
SOFT = 1.0  # pixels: deviation of the edge of what was painted by example


@dataclass(frozen=True)
class NetworkView:
    """A frame with what another filler gave it.

    frame    plate and matte
    fill     of another filler; None if there is none
    share    [h w]  how much of the painting shows at most: 1 where nothing else is, falling softly into a trusted fill
    least    [h w]  how much of it shows at least, however wild it is: where the fill has no value, and over copies in
                    doubt away from a trusted fill; rising softly beside it
    seam     pixels over which things are smoothed where both meet
    texture  [h w]  how much of the detail that the painting lacks is taken from the fill: of what it painted by
                    example; None for nowhere
    """

    frame: ShotFrame
    fill: FillFrame | None
    share: Array
    least: Array
    seam: float = 0.0
    texture: Array | None = None

    def frame_of(self, colours: Colours) -> NetworkFrame:
        """The frame as a network sees it: what is painted, be it only in part, is hole."""
        frame = self.frame
        hole = frame.hole & (self.share > 0)
        known = frame.known.copy()
        colour = np.nan_to_num(colours.to_working(frame.plate).pixels, nan=0.0, posinf=0.0, neginf=0.0)
        if self.fill is not None:
            kept = frame.hole & ~hole
            colour[kept] = colours.to_working(self.fill.colour).pixels[kept]
            known |= kept & np.isfinite(colour).all(axis=2)
        return NetworkFrame(np.where(known[..., None], colour, np.float32(0)), known, hole, frame.window)


class TexturedColour(NamedTuple):
    """A painting with the detail of an example.

    pixels  [h w 3]  linear colour
    size    [h w]    mean size of the detail that was added, working code values
    """

    pixels: Array
    size: Array


def whole_view(frame: ShotFrame) -> NetworkView:
    """A frame of which the whole hole is painted."""
    everywhere = frame.hole.astype(np.float32)
    return NetworkView(frame, None, share=everywhere, least=everywhere)


def network_view(context: StepContext, frame: ShotFrame) -> NetworkView:
    """A frame with the fill that the node takes, and where that one is replaced."""
    fill = context.upstream.read_fill(frame.number, frame.window)
    if fill is None:
        return whole_view(frame)
    weak = frame.hole & ~(fill.known & (fill.confidence >= float(context.values["take_over"])))
    # specks of trust inside a region of doubt are no source worth a seam around each
    weak = frame.hole & (grow(grow(weak.astype(np.float32), 1.0), -1.0) > 0)
    soften = float(context.values["soften"])
    share = np.where(frame.hole, 1 - feather((~weak).astype(np.float32), soften), 0)
    share = np.where(weak, np.float32(1), share).astype(np.float32)
    away = feather((weak | ~frame.hole).astype(np.float32), DEEP * soften)
    least = np.where(weak, np.where(fill.known, np.where(fill.unseen, 0, away), 1), 0).astype(np.float32)
    seam = min(SEAM * soften, WIDEST_SEAM)
    texture = _texture(context, fill, frame.number, share)
    return NetworkView(frame, fill, share, least, seam, texture)


def _texture(context: StepContext, fill: FillFrame, number: int, share: Array) -> Array | None:
    """Where the fill was painted by example, which shows no place as it is but looks like one; softly."""
    amount = np.float32(context.values["texture"])
    example = fill.known & (fill.method == Provenance.SPATIAL) & (share > 0)
    # a fill that says nothing of itself may hold what is to be removed
    if amount == 0 or not example.any() or not context.upstream.says_confidence(number):
        return None
    return np.asarray(amount * share * ndimage.gaussian_filter(example.astype(np.float32), SOFT), np.float32)


def textured_colour(view: NetworkView, mixed: Picture[LinearColour], colours: Colours, octaves: int) -> TexturedColour:
    """The painting with the detail that it lacks beside what the given fill painted by example.

    mixed    linear, as ``mixed_colour`` gives it
    octaves  of detail that may be lacking
    """
    part = mixed.window.slices(view.frame.window)
    if view.fill is None or view.texture is None or not view.texture[part].any():
        return TexturedColour(mixed.pixels, np.zeros(mixed.pixels.shape[:2], np.float32))
    texture = view.texture[part]
    hole, known = view.frame.hole[part][..., None], view.fill.known[part][..., None]
    painted = surrounded(view.frame, mixed.pixels, mixed.window)
    example = np.where(hole & known, view.fill.colour.pixels[part], painted)
    code = colours.to_working(Picture[LinearColour](painted, mixed.window)).pixels
    example_code = colours.to_working(Picture[LinearColour](example, mixed.window)).pixels
    added, size = transfer_detail(code, example_code, texture, octaves)
    drawn = colours.from_working(Picture[WorkingColour](code + added, mixed.window)).pixels
    return TexturedColour(np.where(texture[..., None] > 0, drawn, mixed.pixels), size)


def joined_colour(view: NetworkView, painted: Picture[WorkingColour], colours: Colours) -> Picture[WorkingColour]:
    """The painting brought to the trusted fill that it goes over into, which the network did not see."""
    if view.fill is None:
        return painted
    part = painted.window.slices(view.frame.window)
    given = colours.to_working(Picture[LinearColour](view.fill.colour.pixels[part], painted.window)).pixels
    both = (view.share[part] > 0) & (view.share[part] < 1)
    added = seam_correction(painted.pixels, given, both.astype(np.float32), view.seam)
    return Picture[WorkingColour](painted.pixels + added, painted.window)


def surer_share(view: NetworkView, error: Array, box: Box) -> Array:
    """How much of the painting shows: beside a trusted fill, and where no frame saw anything, as far as it is surer.

    Both are weighed by their expected errors. So a network that knows nothing of a place does not get into sure copies
    around a speck of doubt, and of two guesses neither is lost; smoothly, for a step of the weight is a step of the
    picture. Copies that are in doubt are painted over away from what is trusted.

    error    [h w]  expected absolute error of the painting over the box, working code values
    returns  [h w]  0..1
    """
    part = box.slices(view.frame.window)
    share, least = view.share[part], view.least[part]
    if view.fill is None:
        return share
    unseen, trust = view.fill.unseen[part], view.fill.confidence[part]
    # what was guessed there is judged on other ground, now too well and now too badly: no better than the network
    doubt = np.where(unseen, np.maximum(painted_error(trust), error), expected_error(trust))
    weight = doubt**2 / np.maximum(doubt**2 + error**2, np.float32(LEAST))
    hole = view.frame.hole[part].astype(np.float32)
    total, count = (ndimage.gaussian_filter(each, view.seam, mode="constant") for each in (weight * hole, hole))
    weight = total / np.maximum(count, np.float32(LEAST))
    return np.asarray(np.where(share < 1, share * weight, least + (1 - least) * weight), np.float32)


def mixed_colour(view: NetworkView, painted: Picture[LinearColour], share: Array) -> Array:
    """The painting over the given fill, in light.

    painted  linear, over a box inside the frame's window
    share    [h w]    of the painting, 0..1
    returns  [h w 3]  linear colour
    """
    if view.fill is None:
        return painted.pixels
    part = painted.window.slices(view.frame.window)
    share = share[..., None]
    return np.asarray(
        np.where(share < 1, view.fill.colour.pixels[part] * (1 - share), 0) + painted.pixels * share, np.float32
    )
