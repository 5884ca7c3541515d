"""What a network may see of a frame: the plate outside the matte, and what of another fill can be trusted."""

from dataclasses import dataclass

import numpy as np

from nodes.engine.context import StepContext
from vfxlib.colour.ocio import Colours
from vfxlib.image.morphology import feather, grow
from vfxlib.image.picture import Array, LinearColour, Picture
from vfxlib.inputs.prior_fill import FillFrame
from vfxlib.inputs.shot import ShotFrame
from vfxlib.internal_fit.downsample import NetworkFrame

__all__ = ["NetworkView", "mixed_colour", "network_view"]


@dataclass(frozen=True)
class NetworkView:
    """A frame with what another filler gave it.

    frame  plate and matte
    fill   of another filler; None if there is none
    share  [h w]  how much of the painting shows: 1 where nothing else is, falling softly into a trusted fill
    """

    frame: ShotFrame
    fill: FillFrame | None
    share: Array

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


def network_view(context: StepContext, frame: ShotFrame) -> NetworkView:
    """A frame with the fill that the node takes, and where that one is replaced."""
    fill = context.upstream.read_fill(frame.number, frame.window)
    if fill is None:
        return NetworkView(frame, None, frame.hole.astype(np.float32))
    weak = frame.hole & ~(fill.known & (fill.confidence >= float(context.values["take_over"])))
    # specks of trust inside a region of doubt are no source worth a seam around each
    weak = frame.hole & (grow(grow(weak.astype(np.float32), 1.0), -1.0) > 0)
    share = np.where(frame.hole, 1 - feather((~weak).astype(np.float32), float(context.values["soften"])), 0)
    return NetworkView(frame, fill, np.where(weak, np.float32(1), share).astype(np.float32))


def mixed_colour(view: NetworkView, painted: Picture[LinearColour]) -> Array:
    """The painting over the given fill, in light.

    painted  linear, over a box inside the frame's window
    returns  [h w 3]  linear colour
    """
    if view.fill is None:
        return painted.pixels
    part = painted.window.slices(view.frame.window)
    share = view.share[part][..., None]
    return np.asarray(
        np.where(share < 1, view.fill.colour.pixels[part] * (1 - share), 0) + painted.pixels * share, np.float32
    )
