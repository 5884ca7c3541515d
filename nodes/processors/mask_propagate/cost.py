"""What MaskPropagate's steps will take."""

from nodes.declare import Params
from nodes.engine.estimate import Cost
from vfxlib.inputs.shot import OpenShot
from vfxlib.mask_propagate.dataset import carry_shape
from vfxlib.mask_propagate.features import STORED_CHANNELS as FEATURES
from vfxlib.mask_propagate.objective import STEP_BYTES
from vfxlib.train.memory import CURVE, KEPT, PROCESS

__all__ = ["carry", "fit"]

CARRIED = 16  # bytes a pixel of a carried matte
PSEUDO_LABELS = 10  # bytes a pixel of an object's mattes while they are carried and learned from
VELOCITY = 4  # bytes a pixel of how its surroundings move, meanwhile
MASKER = 1_300_000  # weights of the network that finds objects


def fit(shot: OpenShot, params: Params) -> Cost:
    """The network, the small frames that it sees, and what it has found on them."""
    objects = 1 if shot.keys is None else len(shot.keys.objects)
    pixel = FEATURES + PSEUDO_LABELS * objects + VELOCITY
    return Cost(disk=_pixels(shot) * pixel + 4 * MASKER * KEPT + CURVE, memory=STEP_BYTES + PROCESS)


def carry(shot: OpenShot, params: Params) -> Cost:
    """The small frames that the network sees, and what is carried on them."""
    return Cost(disk=_pixels(shot) * (FEATURES + CARRIED))


def _pixels(shot: OpenShot) -> int:
    height, width = carry_shape(shot.display)
    return height * width * len(shot.frames)
