"""A verdict before the work: what share of what must go other frames show, and so can be copied."""

from __future__ import annotations

import os
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from nodes.engine.open_job import OpenJob
from nodes.engine.resources import Resources
from nodes.job import JobNode
from nodes.node import Sources
from nodes.plan import matte_maker
from nodes.shot import Output
from vfxlib.image.box import Box
from vfxlib.image.picture import Array, FileColour, Picture
from vfxlib.image.pixel_types import as_float
from vfxlib.image.reframe import reframe
from vfxlib.inputs.shot import OpenShot, check_mattes
from vfxlib.io.footage import rgb, rgb_names
from vfxlib.io.frames import format_frames
from vfxlib.motion import Pair, link
from vfxlib.motion.chain import Chain
from vfxlib.motion.coarse import CoarseFrame, coarse_frame, coarse_hole, measure_coarse
from vfxlib.motion.matte_offset import MatteOffset, find_matte_offset
from vfxlib.motion.uncovered import FrameSightings, frames_to_paint, sightings_of, uncovered_share
from vfxlib.pipeline.frame_tasks import map_ahead
from vfxlib.progress import Progress

__all__ = [
    "GOOD",
    "MARGINAL",
    "FrameVerdict",
    "Verdict",
    "filling_node",
    "give_verdict",
    "mattes_to_come",
]

GOOD, MARGINAL = 0.75, 0.5  # share of the hole that other frames show
PAINTED_ENOUGH, MOST_PAINTED, WORTH_PAINTING = 0.95, 5, 0.03  # as ``frames_to_paint`` takes them
MOST_FRAMES = 100  # of a longer shot every second frame is looked at, or every third, ...
PIXEL = 80  # bytes for each pixel of the plate that one frame takes while it is reduced
SILENT = 2.0  # seconds before progress is told


@dataclass(frozen=True)
class FrameVerdict:
    """What is known of one frame.

    number  the frame
    hole    share of the picture that must go
    share   of it that other frames show, 0..1
    counts  [h w]  frames that show each coarse pixel of the hole; -1 outside
    """

    number: int
    hole: float
    share: float
    counts: NDArray[np.int32] = field(repr=False, compare=False)


@dataclass(frozen=True)
class Verdict:
    """What other frames show of what must go.

    frames   of the job
    looked   frames of it that were looked at
    step     1 if these are all, 2 for every second frame, ...
    share    of all holes together that other frames show, 0..1
    with_matte
             those looked at in which something must go
    paint    frames that are best painted by hand -> share of all holes that is shown once they are
    cuts     first frames of new takes
    sources  where was looked
    offset   by how much the mattes seem to be beside the plate; None if they are not
    """

    frames: tuple[int, ...]
    looked: tuple[int, ...]
    step: int
    share: float
    with_matte: tuple[FrameVerdict, ...]
    paint: Mapping[int, float]
    cuts: tuple[int, ...]
    sources: Sources
    offset: MatteOffset | None

    @property
    def word(self) -> str:
        """Good, marginal or poor."""
        return "good" if self.share >= GOOD else "marginal" if self.share >= MARGINAL else "poor"

    @property
    def worst(self) -> tuple[FrameVerdict, ...]:
        """Frames of which less is shown than is good, those with most to paint first."""
        short = [each for each in self.with_matte if each.share < GOOD]
        return tuple(sorted(short, key=lambda each: each.hole * (each.share - 1)))

    def to_mapping(self) -> dict[str, Any]:
        """The verdict as JSON takes it."""
        return {
            "verdict": self.word,
            "share": round(self.share, 4),
            "good_from": GOOD,
            "marginal_from": MARGINAL,
            "frames": format_frames(self.frames),
            "looked_at": format_frames(self.looked),
            "every": self.step,
            "reach": self.sources.reach,
            "source_margin": self.sources.margin,
            "cuts": list(self.cuts),
            "with_matte": [
                {"frame": each.number, "hole": round(each.hole, 6), "share": round(each.share, 4)}
                for each in self.with_matte
            ],
            "paint": [
                {"frame": number, "share_then": round(min(1.0, share), 4)} for number, share in self.paint.items()
            ],
            "matte_offset": None
            if self.offset is None
            else {
                "frames": self.offset.frames,
                "gain": round(self.offset.gain, 4),
                "agree": round(self.offset.agree, 4),
            },
        }


def filling_node(opened: OpenJob) -> JobNode | None:
    """The node of a job that a verdict is about: the first that copies from other frames, else the first that fills."""
    fills = [each for each in opened.job.nodes if each.node.takes("matte") and each.node.writes("fill")]
    return next((each for each in fills if each.node.sources), fills[0] if fills else None)


def mattes_to_come(opened: OpenJob, job_node: JobNode) -> JobNode | None:
    """The node whose mattes are still to be made before a verdict can be given; None if they are there."""
    maker = matte_maker(opened.job, job_node)
    matte = opened.nodes[opened.job.index(job_node)].matte
    if maker is None or matte is None:
        return maker
    return None if all(os.path.exists(matte.footage.path(n)) for n in opened.shot.frames) else maker


def give_verdict(shot: OpenShot, sources: Sources, output: Output, progress: Progress) -> Verdict:
    """Look at a shot quickly, and tell what share of its holes other frames show.

    shot      with a matte, grown as it will be
    sources   where a node looks
    progress  is told of every frame, once it takes longer than a moment
    raises    SequenceError, MatteError, PictureError for what the job would refuse too
    """
    every = max(1, -(-len(shot.frames) // MOST_FRAMES))
    numbers = shot.frames[::every]
    threads = Resources(output).threads_within(PIXEL * shot.display.width * shot.display.height)
    steps = _Steps(progress, 2 * len(numbers))
    frames: list[CoarseFrame] = []
    for _, future in map_ahead(lambda number: _read(shot, number), numbers, threads):
        frames.append(future.result())
        steps.one()
    if not any((frame.hole > 0).any() for frame in frames) or all((frame.hole >= 1).all() for frame in frames):
        check_mattes(shot)
    pairs = _pairs(frames, threads, steps)
    chain = _chain(numbers, pairs, sources)
    pairs = {index: pair for index, pair in pairs.items() if chain.joined(index, index + 1)}
    rows, columns = frames[0].hole.shape
    sightings = list(
        sightings_of(
            frames,
            pairs,
            reach=max(1, round(sources.reach / every)),
            margin=sources.margin * rows / shot.display.height,
            painted={index for index, number in enumerate(numbers) if number in sources.painted},
        )
    )
    paint = frames_to_paint(sightings, wanted=PAINTED_ENOUGH, most=MOST_PAINTED, worth=WORTH_PAINTING)
    return Verdict(
        frames=shot.frames,
        looked=numbers,
        step=every,
        share=uncovered_share(sightings),
        with_matte=tuple(
            _frame_verdict(number, each, (rows, columns))
            for number, each in zip(numbers, sightings, strict=True)
            if each.area
        ),
        paint={numbers[index]: share for index, share in paint.items()},
        cuts=tuple(numbers[index] for index in chain.cuts),
        sources=sources,
        offset=find_matte_offset(frames, chain, *_beside(shot, frames, chain, every)),
    )


class _Steps:
    """Progress that is not told before it has taken a moment."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done, self._told = progress, total, 0, False
        self._start = time.monotonic()

    def one(self) -> None:
        self._done += 1
        if self._told:
            self._progress.advance()
        elif self._done < self._total and time.monotonic() - self._start > SILENT:
            self._progress.begin("verdict", self._total - self._done, unit="step")
            self._told = True


def _read(shot: OpenShot, number: int) -> CoarseFrame:
    header = shot.header(number)
    raw = shot.plate.read(number, list(dict.fromkeys(rgb_names(header, shot.layer))))
    pixels = reframe(as_float(rgb(raw, shot.layer)), header.data, shot.display, np.nan)

    def to_working(small: Array) -> Array:
        linear = shot.colours.to_linear(Picture[FileColour](small, Box(0, 0, small.shape[1], small.shape[0])))
        return shot.colours.to_working(linear).pixels

    return coarse_frame(pixels, _matte(shot, number), to_working)


def _matte(shot: OpenShot, number: int) -> Array:
    return reframe(shot.matte_of(number), shot.header(number).data, shot.display)


def _pairs(frames: list[CoarseFrame], threads: int, steps: _Steps) -> dict[int, Pair]:
    pairs = {}
    measured = map_ahead(
        lambda index: measure_coarse(frames[index], frames[index + 1]), range(len(frames) - 1), threads
    )
    for index, future in measured:
        pairs[index] = future.result()
        steps.one()
    steps.one()
    return pairs


def _chain(numbers: tuple[int, ...], pairs: Mapping[int, Pair], sources: Sources) -> Chain:
    """Takes as the job will see them: its own cuts, and those that are found."""
    joins = {index: pair.join for index, pair in pairs.items()}
    given = _first_after(numbers, sources.cuts)
    if not sources.find_cuts:
        return link(range(len(numbers)), joins, given)
    chain = link(range(len(numbers)), joins)
    return chain if given <= set(chain.cuts) else link(range(len(numbers)), joins, given | set(chain.cuts))


def _first_after(numbers: tuple[int, ...], cuts: Collection[int]) -> set[int]:
    """Indices of the first frames at or behind some cuts."""
    found = [next((index for index, number in enumerate(numbers) if number >= cut), None) for cut in cuts]
    return {index for index in found if index}


def _beside(
    shot: OpenShot, frames: list[CoarseFrame], chain: Chain, every: int
) -> tuple[dict[int, Array], dict[int, Array]]:
    """The mattes of the frames before and behind each one that is looked at, by its index."""
    before: dict[int, Array] = {}
    after: dict[int, Array] = {}
    for index, frame in enumerate(frames):
        for sign, found in ((-1, before), (1, after)):
            if every == 1 and chain.joined(index, index + sign):
                found[index] = frames[index + sign].hole
            elif every > 1 and 0 <= (at := index * every + sign) < len(shot.frames) and frame.hole.any():
                found[index] = coarse_hole(_matte(shot, shot.frames[at]))
    return before, after


def _frame_verdict(number: int, sightings: FrameSightings, shape: tuple[int, int]) -> FrameVerdict:
    hole = sightings.area / (shape[0] * shape[1])
    return FrameVerdict(number, min(1.0, hole), sightings.share, sightings.count_map(shape))
