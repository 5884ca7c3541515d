"""The references of a hole: chosen, aligned both ways, made exact, and weighed by how alike they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from vfxlib.image.box import Box
from vfxlib.image.picture import Array
from vfxlib.motion.sampling import sample_nearest
from vfxlib.residual_hires.alignment import Alignment, align, follow
from vfxlib.residual_hires.flow_refinement import refine_flow
from vfxlib.residual_hires.frames import Shot
from vfxlib.residual_hires.ground import on_better_ground
from vfxlib.residual_hires.hole import Hole
from vfxlib.residual_hires.landmarks import find_landmarks, refine_registration
from vfxlib.residual_hires.likeness import Likeness, light_gain, patch_likeness, seen_low
from vfxlib.residual_hires.plate_frame import PlateFrame
from vfxlib.residual_hires.references import choose_references
from vfxlib.residual_hires.scales import Scales
from vfxlib.residual_hires.temporal import TEMPERATURE, Reference, aggregate

__all__ = ["Matching", "match_references", "weigh"]

SLIP = 0.1  # low pixels that a registration measured there may be wrong by, and a share of it for each frame away
SLIP_PER_FRAME = 0.25
ROUNDS = 2  # of flow refinement: each begins with the picture that the one before has made


@dataclass(frozen=True)
class Matching:
    """How references are found.

    references         frames that detail is taken from, at most
    reach              frames, how far to look to either side
    registered, flow   which of both alignments are used
    likeness           how references are compared
    """

    references: int = 12
    reach: int = 12
    registered: bool = True
    flow: bool = True
    likeness: Likeness = patch_likeness


def match_references(
    index: int, hole: Hole, own: PlateFrame, shot: Shot, matching: Matching
) -> tuple[Hole, list[Reference]]:
    """Find what shows a hole.

    index     of the frame in the job
    hole      its hole
    own       the frame's own residuals, around the hole
    shot      all frames; of those that are not chosen only the low pictures are read
    returns   the hole, its low picture bettered by the references where it is in doubt, and one reference for each
              alignment of each frame chosen
    """
    departures = follow(index, hole.followed, hole.low_box, shot.scales, shot.chain, shot.motion, matching.reach)
    both = {
        offset: align(offset, shot.chain.between(index, index + offset), departure, hole.low_box, shot.scales)
        for offset, departure in departures.items()
    }
    chosen = _chosen(index, hole, both, shot, matching)
    landmarks = find_landmarks(own, hole.open_over(own.window)) if chosen else None
    alignments: list[Alignment] = []
    for offset in chosen:
        registered, *flowing = both[offset]
        if matching.registered or not flowing:
            reach = SLIP * (1 + SLIP_PER_FRAME * abs(offset)) * max(shot.scales.factor)
            assert landmarks is not None
            exact = refine_registration(landmarks, shot.plate(index + offset), registered.homography, reach)
            alignments.append(replace(registered, homography=exact))
        if matching.flow:
            alignments.extend(flowing)
    references = weigh(index, hole, alignments, shot, shot.plate, matching.likeness)
    better = on_better_ground(index, hole, references, shot)
    if better is not hole:
        hole = better
        references = weigh(index, hole, alignments, shot, shot.plate, matching.likeness)
    for _ in range(ROUNDS if any(a.departure is not None for a in alignments) else 0):
        alignments = _refined(hole, references, shot.scales)
        references = weigh(index, hole, alignments, shot, shot.plate, matching.likeness)
    return hole, references


def weigh(
    index: int,
    hole: Hole,
    alignments: Sequence[Alignment],
    shot: Shot,
    plate: Callable[[int], PlateFrame],
    likeness: Likeness,
) -> list[Reference]:
    """Give each alignment its weight and its light.

    index       of the frame in the job
    hole        its hole
    alignments  of other frames
    plate       the other frames' residuals, by index
    """
    box = hole.low_box
    alike = likeness(index, alignments, lambda i: hole.low.colour if i == index else shot.low(i).colour, box)
    own = hole.low.colour[box.slices(Box(0, 0, *shot.scales.low))]
    references = []
    for alignment, value in zip(alignments, alike, strict=True):
        other = index + alignment.offset
        gain = light_gain(own, seen_low(alignment, shot.low(other).colour))
        logit = ((value - 1) / np.float32(TEMPERATURE)).astype(np.float32)
        references.append(Reference(alignment, plate(other), logit, gain))
    return references


def _chosen(index: int, hole: Hole, both: dict[int, Sequence[Alignment]], shot: Shot, matching: Matching) -> list[int]:
    """The offsets of the frames that detail is taken from."""
    box, touched = hole.low_box, hole.touched.ravel()
    shows: dict[int, NDArray[np.bool_]] = {}
    alike: dict[int, Array] = {}
    best = {offset: alignments[-1] if matching.flow else alignments[0] for offset, alignments in both.items()}
    for offset, alignment in best.items():
        known = shot.low(index + offset).known.astype(np.float32)
        shows[offset] = sample_nearest(known, alignment.low_places[touched], outside=0.0) > 0
        alike[offset] = np.ones(np.count_nonzero(touched), np.float32)
    if len(both) > matching.references:  # else likeness has nothing to choose
        found = matching.likeness(index, list(best.values()), lambda i: shot.low(i).colour, box)
        alike = {offset: each[hole.touched] for offset, each in zip(best, found, strict=True)}
    return choose_references(shows, alike, matching.references)


def _refined(hole: Hole, references: Sequence[Reference], scales: Scales) -> list[Alignment]:
    """The alignments, those along the motion made exact on the picture that all of them make."""
    found = aggregate(hole.points, hole.base, references, hole.ground)
    picture = hole.with_detail(found.residual, scales)
    trusted = hole.known.copy()
    trusted[hole.at] = found.seen
    under = scales.full_box(hole.low_box).slices(hole.box)
    alignments = [reference.alignment for reference in references]
    flowing = [a for a in alignments if a.departure is not None]
    frames = {r.alignment.offset: r.frame for r in references}
    exact = iter(refine_flow(flowing, frames, picture[under], trusted[under]))
    return [next(exact) if a.departure is not None else a for a in alignments]
