"""Motion of the background from frame to frame: measured where it is seen, completed behind what is removed.

    view = look(working, known)              one frame as motion estimation sees it
    pair = measure(view, next_view)          both motions between two neighbours, known pixels only
    chain = link(frames, joins)              cuts, and where each frame lies in any other
    done = complete(t, views, pairs)         motion of the background in and around the hole of frame t
    unexplained, moves_by_itself             what is not background, where nothing is hidden

Only this package knows OpenCV.
"""

import cv2

from vfxlib.motion.chain import Chain, link
from vfxlib.motion.complete import Completed, complete
from vfxlib.motion.explained import Unexplained, moves_by_itself, unexplained
from vfxlib.motion.field import Motion
from vfxlib.motion.lookup import Lookup
from vfxlib.motion.measure import Join, Pair, measure
from vfxlib.motion.sampling import filled
from vfxlib.motion.view import View, look

__all__ = [
    "Chain",
    "Completed",
    "Join",
    "Lookup",
    "Motion",
    "Pair",
    "Unexplained",
    "View",
    "complete",
    "filled",
    "link",
    "look",
    "measure",
    "moves_by_itself",
    "unexplained",
]

cv2.setNumThreads(1)  # the dense flow changes with the number of threads
