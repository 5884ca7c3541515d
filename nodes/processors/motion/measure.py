"""Step motion: motion to both neighbours of every frame, measured on known pixels and written."""

import threading

from nodes.engine.context import StepContext
from nodes.processors.motion.motion_file import Fields, Way
from nodes.processors.motion.views import views
from nodes.processors.motion.write import make_fields
from vfxlib.motion import Pair, measure
from vfxlib.motion.features import find_features
from vfxlib.motion.view import motion_shape
from vfxlib.pipeline.frame_cache import FrameCache

__all__ = ["run"]

# bytes that one pair at work takes beside the cache, for each pixel of motion resolution and of the plate
SMALL, LARGE = 400, 60
VIEW = 13, 5  # bytes of a frame in the cache, likewise; a few are of use at a time
WORK, VIEWS = 0.45, 0.4  # of the memory, beside the clip and the features
FEATURES = 2 << 20  # bytes at most of one frame's features


def run(context: StepContext, frames: tuple[int, ...]) -> None:
    """Measure the motion of some frames, and write it.

    raises  as ``make_fields``
    """
    # plate pixels around what is not known in which motion is not trusted; without a matte nothing is hidden
    margin = float(context.values.get("flow_margin", 0.0))
    last = len(context.shot.frames) - 1
    shape = motion_shape(context.shot.display)
    plate = context.shot.display
    small, large = shape[0] * shape[1], plate.width * plate.height
    threads = context.resources.threads_within(SMALL * small + LARGE * large, WORK)
    room = context.resources.budget(VIEWS, (VIEW[0] * small + VIEW[1] * large) * (threads + 4))
    lock, pairs = threading.Lock(), dict[int, Pair]()
    indices = range(last + 1)
    with (
        views(context, room, fine=True) as clip,
        FrameCache(lambda index: find_features(clip[index]), indices, FEATURES * (threads + 2)) as features,
    ):

        def pair(index: int) -> Pair:
            with lock:
                known = pairs.get(index)
            if known is None:
                both = features[index], features[index + 1]
                known = measure(clip[index], clip[index + 1], margin=margin, features=both)
                with lock:
                    pairs[index] = known
                    for old in [p for p in pairs if p < index - threads - 1]:
                        del pairs[old]
            return known

        def make(number: int) -> Fields:
            index = context.shot.frames.index(number)
            clip.prefetch(index + 2)
            after = pair(index) if index < last else None
            before = pair(index - 1) if index > 0 else None
            return Fields(
                None if after is None else Way(after.forward, after.forward_error, after.join),
                None if before is None else Way(before.backward, before.backward_error, before.join),
            )

        make_fields(context, frames, make, threads)
