"""What gives frames their detail: both resolutions and the motion, read once, counted by index in the job."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import cast

import numpy as np
import torch

from nodes.engine.context import StepContext
from nodes.processors.motion.chain import join_of
from nodes.processors.motion.motion_file import Fields, read_fields
from nodes.processors.motion.takes import read_takes
from nodes.processors.paint_file import read_key
from nodes.processors.painted_frames import as_painted, painted_frames
from nodes.processors.residual_hires.check import network_path
from nodes.processors.residual_hires.shot_frames import ShotFrames
from nodes.residual_hires import ResidualHiresParams
from vfxlib.layer_names import STMAP
from vfxlib.motion import Chain, Join, Motion, link
from vfxlib.motion.field import rescaled
from vfxlib.nets.sta_clip import read_sta
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.hole_fill import Fill
from vfxlib.residual_hires.attention import attention_likeness, low_features
from vfxlib.residual_hires.fill import Settings, fill_frame
from vfxlib.residual_hires.frames import Shot, Target
from vfxlib.residual_hires.likeness import Likeness, patch_likeness
from vfxlib.residual_hires.matching import Matching
from vfxlib.residual_hires.plate_frame import PlateFrame, open_plate_frame

__all__ = ["Detailer"]

FIELDS, ANCHORS, FEATURES = 0.08, 0.05, 0.03  # of the memory, beside the frames of the shot


class Detailer:
    """Gives the fills of one shot their detail.

    context  the step at work
    """

    def __init__(self, context: StepContext) -> None:
        self._context, self._takes, self._painted = context, context.once(read_takes), context.once(painted_frames)
        self._numbers, values = context.shot.frames, context.values
        self._frames = context.keep(ShotFrames)
        self._settings = Settings(
            matching=Matching(int(values["references"]), int(values["reach"]), likeness=self._likeness()),
            grain=float(values["grain"]),
            seed=context.job.output.seed,
            places=STMAP in context.layers,
        )
        self._scales, indices, budget = self._frames.scales, range(len(self._numbers)), context.resources.budget
        self._fields = FrameCache(self._read_fields, indices, budget(FIELDS))
        self._anchors = FrameCache(self._open_anchor, indices, budget(ANCHORS))
        self._anchor_paths: dict[int, Path] = {}
        self._joins: dict[int, Join | None] = {}

    def fill(self, number: int, anchors: Mapping[int, Path]) -> Fill:
        """The fill of a frame's whole hole.

        anchors  number -> file of a finished frame, whose detail is carried here where no frame shows any
        """
        index, frame = self._numbers.index(number), self._context.clip[number]
        if number in self._painted:
            return as_painted(self._context, number, frame, places=self._settings.places)
        finished = {self._numbers.index(n): path for n, path in anchors.items() if n != number and path.exists()}
        self._anchor_paths.update(finished)
        shot = Shot(
            self._scales,
            self._frames.low.__getitem__,
            self._frames.plate.__getitem__,
            self._motion,
            self._chain(number),
            lambda i: self._anchors[i] if i in finished else None,
            tuple(finished),
        )
        target = Target(frame.plate.pixels, frame.known, frame.hole, frame.window)
        filled = fill_frame(index, number, target, shot, self._settings)
        if self._frames.says_confidence:
            return filled
        return replace(filled, confidence=np.zeros_like(filled.confidence))

    def _likeness(self) -> Likeness:
        """What references are compared by: patches, or the features of a trained network."""
        path = network_path(cast(ResidualHiresParams, self._context.job_node.params))
        if not path:
            return patch_likeness
        network, frames = read_sta(Path(path), torch.device("cpu")), self._frames
        room = self._context.resources.budget(FEATURES)
        features = FrameCache(lambda i: low_features(network, frames.low[i].colour), range(len(self._numbers)), room)
        return attention_likeness(network, features.__getitem__)

    def _chain(self, number: int) -> Chain:
        """The chain around a frame; no bit of it hangs on what lies beyond."""
        near = [self._numbers.index(other) for other in self._context.around(number)]
        cuts = {b for a, b in pairwise(near) if self._takes[a] != self._takes[b]}
        joins = {index: join for index in near[:-1] if (join := self._join(index)) is not None}
        chain = link(near, joins, cuts)
        motion_size = next((m.size for i in near if (m := self._own_motion(i)) is not None), self._scales.full)
        scale = self._scales.full[0] / motion_size[0], self._scales.full[1] / motion_size[1]
        places = {index: rescaled(place, scale) for index, place in chain.from_first.items()}
        return Chain(chain.frames, places, chain.take, chain.locked)

    def _join(self, index: int) -> Join | None:
        if index not in self._joins:
            self._joins[index] = join_of(self._context, index)
        return self._joins[index]

    def _own_motion(self, index: int) -> Motion | None:
        fields = self._fields[index]
        return next((way.motion for way in (fields.forward, fields.backward) if way is not None), None)

    def _motion(self, a: int, b: int) -> Motion | None:
        if a not in self._fields or b not in self._fields or self._takes[a] != self._takes[b]:
            return None
        way = self._fields[a].forward if b > a else self._fields[a].backward
        return None if way is None else way.motion.resized(self._scales.full)

    def _read_fields(self, index: int) -> Fields:
        return read_fields(self._context.file("complete", self._numbers[index]), self._context.digests.fingerprint)

    def _open_anchor(self, index: int) -> PlateFrame:
        key = read_key(self._anchor_paths[index])
        return open_plate_frame(key.pixels, key.known, key.window, self._frames.low[index].colour, self._scales)
