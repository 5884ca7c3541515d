"""The measures of a whole sequence, gathered frame by frame."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.picture import Array
from vfxlib.io.frames import format_frames
from vfxlib.metrics.grain import GrainRatio
from vfxlib.metrics.psnr import Psnr
from vfxlib.metrics.ssim import Ssim
from vfxlib.metrics.warping import Flow, WarpingError

__all__ = ["Encoding", "Score", "Scorer"]

Encoding = Literal["srgb", "log"]


@dataclass(frozen=True)
class Score:
    """What was measured, in the hole only; a figure is None where there was nothing to measure it on.

    encoding         values that were compared: "srgb", its curve on linear Rec.709 clipped to 0..1, or "log"
    frames           frames that were compared
    psnr             dB, of all hole pixels of all frames together
    psnr_mean        dB, mean over frames
    psnr_worst       dB, of the worst frame
    worst_frame      that frame
    ssim             mean over hole pixels
    grain            variance of the grain over that of the truth's
    warping          warping error over that of the truth; None also where no flow was given
    changed_outside  pixels that are not the plate's though the matte is 0; None without a plate
    psnr_per_frame   frame -> dB
    notes            what could not be judged, and why; phrases for a person
    """

    encoding: Encoding
    frames: tuple[int, ...]
    psnr: float | None
    psnr_mean: float | None
    psnr_worst: float | None
    worst_frame: int | None
    ssim: float | None
    grain: float | None
    warping: float | None
    changed_outside: int | None
    psnr_per_frame: Mapping[int, float]
    notes: tuple[str, ...] = ()

    def to_mapping(self) -> dict[str, object]:
        """Plain values for JSON, rounded to what they mean."""
        return {
            "encoding": self.encoding,
            "frames": format_frames(self.frames),
            "psnr": _rounded(self.psnr, 2),
            "psnr_mean": _rounded(self.psnr_mean, 2),
            "psnr_worst": _rounded(self.psnr_worst, 2),
            "worst_frame": self.worst_frame,
            "ssim": _rounded(self.ssim, 4),
            "grain": _rounded(self.grain, 3),
            "warping": _rounded(self.warping, 3),
            "changed_outside": self.changed_outside,
            "psnr_per_frame": {str(number): round(value, 2) for number, value in self.psnr_per_frame.items()},
            "notes": list(self.notes),
        }


def _rounded(value: float | None, digits: int) -> float | None:
    return None if value is None else round(value, digits)


@dataclass
class Scorer:
    """Takes the frames of a result in order and keeps count; holds no more than two frames.

    flow  dense flow estimator for the warping error, measured on the truth; None leaves that out
    """

    flow: Flow | None = None
    psnr: Psnr = field(default_factory=Psnr)
    ssim: Ssim = field(default_factory=Ssim)
    grain: GrainRatio = field(default_factory=GrainRatio)
    warping: WarpingError = field(default_factory=WarpingError)
    frames: list[int] = field(default_factory=list)
    _before: tuple[Array, Array, NDArray[np.bool_]] | None = None

    def add(self, number: int, result: Array, truth: Array, hole: NDArray[np.bool_]) -> None:
        """Count a frame.

        number  the frame; the warping error is measured between neighbours only
        result  [h w 3]  encoded; finite in the hole
        truth   [h w 3]  the same encoding
        hole    [h w]    where it counts; the truth is finite there, too
        """
        self.psnr.add(number, result, truth, hole)
        self.ssim.add(result, truth, hole)
        self.grain.add(result, truth, hole)
        follows = bool(self.frames) and self.frames[-1] == number - 1
        if self.flow and self._before and follows and self._before[1].shape == truth.shape:
            earlier, earlier_truth, earlier_hole = self._before
            self.warping.add((earlier, result), (earlier_truth, truth), earlier_hole, self.flow)
        self._before = (result, truth, hole)
        self.frames.append(number)

    def score(self, encoding: Encoding, changed_outside: int | None = None, notes: Sequence[str] = ()) -> Score:
        """All measures of the frames so far.

        encoding         of the pictures that were given
        changed_outside  pixels that changed where the matte is 0; None if it was not counted
        notes            what else could not be judged; told before what is found here
        """
        per_frame = self.psnr.per_frame
        worst = min(per_frame, key=per_frame.__getitem__) if per_frame else None
        return Score(
            encoding=encoding,
            frames=tuple(self.frames),
            psnr=_measured(self.psnr.total),
            psnr_mean=float(np.mean(list(per_frame.values()))) if per_frame else None,
            psnr_worst=per_frame[worst] if worst is not None else None,
            worst_frame=worst,
            ssim=_measured(self.ssim.mean),
            grain=_measured(self.grain.ratio),
            warping=_measured(self.warping.ratio),
            changed_outside=changed_outside,
            psnr_per_frame=per_frame,
            notes=(*notes, *self._notes()),
        )

    def _notes(self) -> Iterator[str]:
        if without := [number for number in self.frames if number not in self.psnr.frames]:
            yield f"nothing is judged on {format_frames(without)}, where there is no hole"
        if self.psnr.frames and self.grain.obstacle:
            yield f"no grain: {self.grain.obstacle}"
        if self.psnr.frames and self.flow and self.warping.obstacle:
            yield f"no warping: {self.warping.obstacle}"


def _measured(value: float) -> float | None:
    return value if math.isfinite(value) else None
