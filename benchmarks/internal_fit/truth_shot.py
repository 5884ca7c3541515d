"""A shot in memory whose truth is known, so that a network can be judged in its hole while it is fitted."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from benchmarks.bench.sets import PreparedSet
from benchmarks.clean_plate.peer_methods import fill
from nodes.processors.internal_fit.network_view import whole_view
from vfxlib.colour.ocio import Colours
from vfxlib.image.picture import Array, LinearColour, Picture, WorkingColour
from vfxlib.inputs.shot import open_shot, to_colour
from vfxlib.internal_fit.downsample import NetworkFrame
from vfxlib.io.footage import open_footage
from vfxlib.metrics.hole import hole_of, srgb
from vfxlib.metrics.psnr import Psnr

__all__ = ["TruthShot", "open_truth_shot"]


@dataclass(frozen=True)
class TruthShot:
    """A shot with its truth; arrays by frame.

    colours  of the plate
    network_frames  what a network may see
    plates   [h w 3]  as displayed, 0..1
    truths   [h w 3]  as displayed, 0..1
    holes    [h w]    where it is judged
    """

    colours: Colours
    network_frames: Mapping[int, NetworkFrame]
    plates: Mapping[int, Array]
    truths: Mapping[int, Array]
    holes: Mapping[int, NDArray[np.bool_]]

    def psnr(self, displayed: Callable[[int], Array]) -> float:
        """PSNR in the hole, dB, of all hole pixels of all frames together.

        displayed  frame -> [h w 3] as displayed, finite in the hole
        """
        found = Psnr()
        for number, truth in self.truths.items():
            found.add(number, displayed(number), truth, self.holes[number])
        return found.total

    def displayed(self, number: int, working: Array) -> Array:
        """Working colour [h w 3] over a frame's window, as displayed."""
        picture = Picture[WorkingColour](np.ascontiguousarray(working, np.float32), self.network_frames[number].window)
        return _displayed(self.colours, self.colours.from_working(picture))

    def telea(self) -> float:
        """PSNR of cv2.inpaint in the same hole, dB."""
        numbers = list(self.plates)
        filled = fill("telea", list(self.plates.values()), list(self.holes.values()), linear=False)
        return self.psnr(lambda number: filled[numbers.index(number)])


def open_truth_shot(ready: PreparedSet) -> TruthShot:
    """Read a prepared set whole."""
    given = dict(zip(ready.options[::2], ready.options[1::2], strict=True))
    shot = open_shot(
        plate=str(ready.plate),
        matte=str(ready.matte),
        matte_channel=ready.channel,
        output_colorspace=given.get("--output-colorspace", ""),
    )
    clean = open_footage(ready.truth)
    network_frames, plates, truths, holes = {}, {}, {}, {}
    for number in shot.frames:
        frame = shot.read(number)
        network_frames[number] = whole_view(frame).frame_of(shot.colours)
        plates[number] = _displayed(shot.colours, frame.plate)
        truths[number] = _displayed(shot.colours, to_colour(clean.read(number), shot.colours))
        holes[number] = hole_of(frame.matte)
    return TruthShot(shot.colours, network_frames, plates, truths, holes)


def _displayed(colours: Colours, picture: Picture[LinearColour]) -> Array:
    return srgb(colours.to_rec709(picture))
