"""Motion of the background from frame to frame: measured where it is seen, completed behind what is removed.

    view = make_view(working, known)         one frame as motion estimation sees it
    pair = measure(view, next_view)          both motions between two neighbours, known pixels only
    chain = link(frames, joins)              cuts, and where each frame lies in any other
    done = complete(index, frames)           motion of the background in and around the hole of a frame
    background_difference, moves_by_itself   what is not background, where nothing is hidden

Frames are counted by their index in the job, not by their number. Only this package knows OpenCV.
"""

import cv2

from vfxlib.motion.background_difference import BackgroundDifference, background_difference, moves_by_itself
from vfxlib.motion.chain import Chain, link
from vfxlib.motion.field import Motion, corner_shift
from vfxlib.motion.lazy_mapping import LazyMapping
from vfxlib.motion.measure import Join, Pair, measure
from vfxlib.motion.register import homography_of_flow
from vfxlib.motion.sampling import gaussian_pull_push
from vfxlib.motion.view import View, make_view

__all__ = [
    "BackgroundDifference",
    "Chain",
    "Join",
    "LazyMapping",
    "Motion",
    "Pair",
    "View",
    "background_difference",
    "corner_shift",
    "gaussian_pull_push",
    "homography_of_flow",
    "link",
    "make_view",
    "measure",
    "moves_by_itself",
]

cv2.setNumThreads(1)  # the dense flow changes with the number of threads
