"""Step complete: the background's motion also where it is hidden, told by the frames that show it."""

from nodes.engine.context import StepContext
from nodes.processors.flow_inpaint.takes import read_takes
from nodes.processors.motion.motion_file import Fields, Way, read_fields
from nodes.processors.motion.views import views
from nodes.processors.motion.write import make_fields
from vfxlib.errors import PictureError
from vfxlib.motion import Join, LazyMapping, Pair, complete
from vfxlib.motion.view import motion_shape
from vfxlib.pipeline.frame_cache import FrameCache

__all__ = ["run"]

PIXEL = 400  # bytes of memory for each pixel of motion resolution that one frame at work takes beside the caches


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Complete the motion of some frames, and write it."""
    numbers, reach, takes = context.shot.frames, context.reach, read_takes(context)
    shape = motion_shape(context.shot.display)
    measured = FrameCache(
        lambda place: read_fields(context.file("motion", numbers[place])),
        range(len(numbers)),
        context.resources.budget(0.3),
    )
    with (
        measured,
        views(context, context.resources.budget(0.25), fine=False) as clip,
    ):

        def make(number: int) -> Fields:
            place = numbers.index(number)
            near = [p for p in clip.around(place, reach) if takes[p] == takes[place]]
            clip.prefetch(near[-1] + 1)
            seen = LazyMapping(near, lambda p: clip[p])
            pairs = LazyMapping(near[:-1], lambda p: _pair(numbers[p], measured[p], measured[p + 1]))
            done = complete(place, seen, pairs, reach=reach, margin=context.values["flow_margin"])
            return Fields(
                None if done.forward is None else Way(done.forward, done.doubt),
                None if done.backward is None else Way(done.backward, done.doubt),
            )

        make_fields(context, frames, make, context.resources.threads_within(PIXEL * shape[0] * shape[1]))


def _pair(number: int, here: Fields, there: Fields) -> Pair:
    """What was measured between two neighbours, from the files of both."""
    if here.forward is None or there.backward is None:
        raise PictureError(f"frame {number} has no motion to the next", fix="run the step motion again")
    join = here.forward.join or Join(here.forward.motion.homography, 0, 1.0)
    return Pair(here.forward.motion, there.backward.motion, here.forward.doubt, there.backward.doubt, join)
