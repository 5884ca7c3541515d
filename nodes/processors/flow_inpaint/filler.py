"""What fills frames: sources and motion read once, artists' frames trusted, paint carried from its key frames."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from nodes.engine.context import StepContext
from nodes.processors.flow_inpaint.carried_paint import lay_paint
from nodes.processors.flow_inpaint.kept_fills import KeptFills
from nodes.processors.motion.motion_file import read_fields
from nodes.processors.motion.takes import read_takes
from nodes.processors.paint_file import KeyPaint
from nodes.processors.painted_frames import as_painted, cleaned_frame, painted_frames
from vfxlib.flow_inpaint.fill import FillSettings, candidates_of, fill_frame
from vfxlib.flow_inpaint.less_sure import less_sure
from vfxlib.flow_inpaint.source import Source, open_source
from vfxlib.flow_inpaint.transfer import TransferredPaint, transfer_paint
from vfxlib.image.picture import Array
from vfxlib.layer_names import STMAP, Provenance
from vfxlib.motion import Motion
from vfxlib.motion.view import motion_shape
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.hole_fill import Fill
from vfxlib.pipeline.work_room import WorkRoom

__all__ = ["PIXEL", "Filler", "Motions", "work_share"]

# of the memory at most for motion, and at least for holes and for frames at work; frames to copy from take the rest
FIELDS, HOLES, WORK = 0.3, 0.12, 0.2
FILLS = 0.02  # of it for fills that are wanted again, as far as there is room: 35 bytes for each pixel of their holes
# bytes for each pixel of the plate that one frame at work takes beside the caches, and that one alone does
PIXEL, ALONE = 140, 220
POINT = 200  # bytes that a pixel of a hole takes while it is filled,
CANDIDATE = 75  # and each of its candidates
MOTION = 16  # bytes of both motions of a frame for each pixel of motion resolution


@dataclass(frozen=True)
class Motions:
    """Completed motion of a frame; None where there is no neighbour, or a cut before it.

    unsure  [h w]  as of ``Fields``
    """

    forward: Motion | None
    backward: Motion | None
    unsure: Array | None

    @property
    def nbytes(self) -> int:
        """Bytes in memory."""
        both = (self.forward, self.backward)
        unsure = 0 if self.unsure is None else self.unsure.nbytes
        return unsure + sum(way.residual.nbytes for way in both if way is not None and way.residual is not None)


def work_share(context: StepContext) -> float:
    """The share of the memory for frames at work: one at least has room, however large it is."""
    plate = context.shot.display
    return max(WORK, context.resources.share_of(ALONE * plate.width * plate.height))


class Filler:
    """Fills whole frames of one shot, counted by index in the job.

    context  the step at work
    again    True if a later step fills the same frames: what is made for them here is kept for it
    """

    def __init__(self, context: StepContext, *, again: bool = False) -> None:
        self._context, self._takes, self._painted = context, context.once(read_takes), context.once(painted_frames)
        self._numbers = context.shot.frames
        values = context.values
        self._settings = FillSettings(
            reach=values["reach"],
            light_match=values["light_match"],
            grain=values["grain"],
            seed=context.job.output.seed,
            places=STMAP in context.layers,
        )
        self.clip, self.motions = context.clip, context.keep(_open_motions)
        self._fills, self._again = context.keep(_open_fills), again
        self._sources = context.keep(_open_sources)
        self._room = WorkRoom(context.resources.budget(HOLES))

    def fill(self, number: int, keys: Mapping[int, KeyPaint]) -> Fill:
        """The fill of a frame's whole hole.

        keys  index -> paint of what no frame saw, to be carried here where it reaches
        """
        index, frame = self._numbers.index(number), self.clip[number]
        if number in self._painted:
            return as_painted(self._context, number, frame, places=self._settings.places)
        self.clip.centre(number)
        self._sources.centre(index)
        self.motions.centre(index)
        for later in self._sources.around(index, self._settings.reach):
            if later > index:
                self._sources.prefetch(later)
        count = int(np.count_nonzero(frame.hole))
        with self._room.hold(count * (POINT + CANDIDATE * candidates_of(count, self._settings))):
            made_from = self._made_from(number)
            copied = self._fills.take(made_from)
            if copied is None or copied.has_places < self._settings.places:
                copied = self._copied(index, frame.hole)
            if self._again:
                self._fills.keep(made_from, copied)
            return self._carried(index, copied, keys)

    def _made_from(self, number: int) -> Hashable:
        """What the fill of a frame follows from beside the plate and what is painted by hand, which stay in a run."""
        return number, *self._context.identities("complete", self._context.around(number)).values()

    def _copied(self, index: int, hole: NDArray[np.bool_]) -> Fill:
        """What the frames around show of a hole; the same whatever paint there is."""
        filled = fill_frame(index, hole, source=self._source, motion=self._motion, settings=self._settings)
        unsure = self.motions[index].unsure
        return filled if unsure is None else less_sure(filled, unsure, self._context.shot.display.size)

    def _carried(self, index: int, filled: Fill, keys: Mapping[int, KeyPaint]) -> Fill:
        """Put the paint of the take's key frames where it reaches."""
        near = {k: key for k, key in keys.items() if self._takes[k] == self._takes[index]}
        if not near or not (filled.method == Provenance.SPATIAL).any():
            return filled
        sources = {k: key.source(self._context.device) for k, key in near.items()}

        def transfer(x: NDArray[np.intp], y: NDArray[np.intp]) -> TransferredPaint:
            return transfer_paint(index, x, y, sources=sources, motion=self._motion, reach=self._settings.reach)

        return lay_paint(filled, self.clip[self._numbers[index]], index, near, transfer)

    def _source(self, index: int) -> Source | None:
        if index not in self._sources:
            return None
        return self._sources[index]

    def _motion(self, a: int, b: int) -> Motion | None:
        if a not in self.motions or b not in self.motions or self._takes[a] != self._takes[b]:
            return None
        return self.motions[a].forward if b > a else self.motions[a].backward


def _open_motions(context: StepContext) -> FrameCache[Motions]:
    """The completed motion of frames, by index in the job."""
    rows, columns = motion_shape(context.shot.display)
    frames = min(len(context.shot.frames), 2 * context.reach + 1 + context.resources.threads)
    share = context.resources.share_of(MOTION * rows * columns * frames)
    room = context.resources.kept_budget(min(FIELDS, share))
    return FrameCache(lambda index: _read_motions(context, index), range(len(context.shot.frames)), room)


def _read_motions(context: StepContext, index: int) -> Motions:
    path = context.file("complete", context.shot.frames[index])
    fields = read_fields(path, context.digests.fingerprint)
    forward, backward = (None if way is None else way.motion for way in (fields.forward, fields.backward))
    return Motions(forward, backward, fields.unsure)


def _rest(context: StepContext) -> float:
    """The share of the memory that is left for what is kept."""
    return context.resources.left - HOLES - work_share(context)


def _open_fills(context: StepContext) -> KeptFills:
    return KeptFills(context.resources.kept_budget(min(FILLS, _rest(context))))


def _open_sources(context: StepContext) -> FrameCache[Source]:
    """The frames to copy from, by index in the job."""
    room = context.resources.kept_budget(_rest(context))
    return FrameCache(lambda index: _open_source(context, index), range(len(context.shot.frames)), room)


def _open_source(context: StepContext, index: int) -> Source:
    number = context.shot.frames[index]
    frame = context.clip[number]
    if number in context.once(painted_frames):
        everything = np.ones(frame.hole.shape, np.bool_)
        cleaned = cleaned_frame(context, number, frame)
        return open_source(cleaned, everything, frame.window, device=context.device, clean=True)
    margin = float(context.values["source_margin"])
    # where nothing else is, a matte is trusted to its very edge; whoever asks for more margin has seen that it is not
    more = margin - type(context.job_node.params)().at(context.shot.display.height)["source_margin"]
    known, rim = frame.known_beyond(margin), frame.known_beyond(max(more, 0.0))
    return open_source(frame.plate.pixels, known, frame.window, device=context.device, rim=rim)
