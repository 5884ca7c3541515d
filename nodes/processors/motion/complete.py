"""Step complete: the background's motion also where it is hidden, from the frames that show it."""

from nodes.engine.context import StepContext
from nodes.processors.motion.motion_file import Fields, Way, read_fields
from nodes.processors.motion.takes import read_takes
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
    numbers, reach, takes = context.shot.frames, context.reach, context.once(read_takes)
    shape = motion_shape(context.shot.display)
    measured = FrameCache(
        lambda index: read_fields(context.file("motion", numbers[index]), context.digests.fingerprint),
        range(len(numbers)),
        context.resources.budget(0.3),
    )
    with measured, views(context, context.resources.budget(0.25), fine=False) as clip:

        def make(number: int) -> Fields:
            index = numbers.index(number)
            near = [p for p in clip.around(index, reach) if takes[p] == takes[index]]
            clip.prefetch(near[-1] + 1)
            near_views = LazyMapping(near, lambda p: clip[p])
            pairs = LazyMapping(near[:-1], lambda p: _pair(numbers[p], measured[p], measured[p + 1]))
            completed = complete(index, near_views, pairs, reach=reach, margin=context.values["flow_margin"])
            motions = (completed.forward, completed.backward)
            return Fields(*(None if motion is None else Way(motion, completed.doubt) for motion in motions))

        make_fields(context, frames, make, context.resources.threads_within(PIXEL * shape[0] * shape[1]))


def _pair(number: int, first: Fields, second: Fields) -> Pair:
    """What was measured between two neighbours, from the files of both."""
    forward, backward = first.forward, second.backward
    if forward is None or backward is None:
        raise PictureError(f"frame {number} has no motion to the next", fix="run the step motion again")
    join = forward.join or Join(forward.motion.homography, 0, 1.0)
    return Pair(forward.motion, backward.motion, forward.doubt, backward.doubt, join)
