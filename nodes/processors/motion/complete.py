"""Step complete: the background's motion also where it is hidden, from the frames that show it."""

from functools import partial

from nodes.engine.context import StepContext
from nodes.networks import FLOW_REFINEMENT
from nodes.processors.motion.motion_file import Fields, Way, read_fields
from nodes.processors.motion.takes import read_takes
from nodes.processors.motion.views import read_view
from nodes.processors.motion.write import make_fields
from vfxlib.errors import PictureError
from vfxlib.flow_completion.learned import LearnedMotion
from vfxlib.flow_completion.weights import read_flow_refinement
from vfxlib.io.shipped_weights import weights_file
from vfxlib.motion.complete import complete
from vfxlib.motion.follow import Followed
from vfxlib.motion.lazy_mapping import LazyMapping
from vfxlib.motion.measure import Measured
from vfxlib.motion.view import motion_shape
from vfxlib.motion.window_frame import WindowFrame, window_frame
from vfxlib.pipeline.frame_cache import FrameCache

__all__ = ["run"]

PIXEL = 400  # bytes of memory for each pixel of motion resolution that one frame at work takes beside the caches
WORK, FRAMES = 0.4, 0.5  # of the memory, beside the clip


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Complete the motion of some frames, and write it."""
    numbers, reach, takes = context.shot.frames, context.reach, context.once(read_takes)
    shape = motion_shape(context.shot.display)

    def read(index: int) -> WindowFrame:
        view = read_view(context, index, fine=False)
        fields = read_fields(context.file("motion", numbers[index]), context.digests.fingerprint)
        measured = []
        for sign, way in ((1, fields.forward), (-1, fields.backward)):
            if way is not None:
                measured.append(Measured(sign, way.motion, way.doubt))
            elif takes.get(index + sign) == takes[index]:
                beside = "to the next" if sign > 0 else "to the one before"
                fix = "run the step motion again"
                raise PictureError(f"frame {numbers[index]} has no motion {beside}", fix=fix)
        return window_frame(view, measured, context.device)

    followed = Followed()  # forgets a thing with the frame that it was seen in
    completion, margin = context.values["completion"], context.values["flow_margin"]
    with FrameCache(read, range(len(numbers)), context.resources.budget(FRAMES)) as clip:
        learned = None
        if completion != "carried":
            network = read_flow_refinement(
                weights_file(context.values["flow_weights"], FLOW_REFINEMENT.ships), context.device
            )
            learned = LearnedMotion(
                network,
                clip.__getitem__,
                lambda index: index in takes and takes[index] == takes.get(index + 1),
                reach=reach,
                margin=margin,
            )

        def make(number: int) -> Fields:
            index = numbers.index(number)
            near = [p for p in clip.around(index, reach) if takes[p] == takes[index]]
            clip.centre(index)
            clip.prefetch(near[-1] + 1)
            completed = complete(
                index,
                LazyMapping(near, lambda p: clip[p]),
                reach=reach,
                margin=margin,
                followed=followed,
                completion=completion,
                learned=None if learned is None else partial(learned.velocity, index),
            )
            motions = (completed.forward, completed.backward)
            forward, backward = (None if motion is None else Way(motion, completed.doubt) for motion in motions)
            return Fields(forward, backward, completed.unsure)

        make_fields(context, frames, make, context.resources.threads_within(PIXEL * shape[0] * shape[1], WORK))
