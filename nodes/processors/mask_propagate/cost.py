"""What MaskPropagate's steps will take."""

from nodes.declare import Params
from nodes.engine.estimate import Cost
from nodes.mask_propagate import ITERATIONS, MaskPropagateParams
from vfxlib.inputs.shot import OpenShot
from vfxlib.mask_propagate.dataset import carry_shape
from vfxlib.mask_propagate.features import STORED_CHANNELS as FEATURES
from vfxlib.mask_propagate.objective import STEP_BYTES
from vfxlib.train.memory import CURVE, KEPT, PROCESS

__all__ = ["LEARNED", "carry", "fit", "render"]

CARRIED = 16  # bytes a pixel of a carried matte
PSEUDO_LABELS = 10  # bytes a pixel of an object's mattes while they are carried and learned from
VELOCITY = 4  # bytes a pixel of how its surroundings move, meanwhile
MASKER = 1_300_000  # weights of the network that finds objects
LEARNED, LEARNED_BYTES = 420_000, 2600  # pixels of the parts of frames that damage is learned from, bytes of each
LEARN, TELL = 70.0, 5e-6  # seconds in which damage is learned, and a pixel of the plate is told
STEP = 0.9  # seconds of a step of the fit, whatever the picture's size
CARRY, RENDER = 4e-6, 1e-6  # seconds a pixel of a small frame, and of the plate


def fit(shot: OpenShot, params: MaskPropagateParams) -> Cost:
    """The network, the small frames that it sees, and what it has found on them; or what damage is learned from."""
    if params.method == "corruption":
        pixels = min(LEARNED, shot.display.width * shot.display.height)
        return Cost(disk=CURVE, memory=LEARNED_BYTES * pixels + PROCESS, seconds=LEARN)
    objects = 1 if shot.keys is None else len(shot.keys.objects)
    pixel = FEATURES + PSEUDO_LABELS * objects + VELOCITY
    steps = params.iterations or ITERATIONS[params.quality]
    disk = _pixels(shot) * pixel + 4 * MASKER * KEPT + CURVE
    return Cost(disk=disk, memory=STEP_BYTES + PROCESS, seconds=steps * STEP)


def carry(shot: OpenShot, params: MaskPropagateParams) -> Cost:
    """The small frames that the network sees, and what is carried on them; or whole ones in which damage is told."""
    if params.method == "corruption":
        whole = shot.display.width * shot.display.height * len(shot.frames)
        return Cost(disk=whole * CARRIED, seconds=whole * TELL)
    return Cost(disk=_pixels(shot) * (FEATURES + CARRIED), seconds=_pixels(shot) * CARRY)


def render(shot: OpenShot, params: Params) -> Cost:
    """The edge of a matte at the plate's size."""
    return Cost(seconds=shot.display.width * shot.display.height * RENDER)


def _pixels(shot: OpenShot) -> int:
    height, width = carry_shape(shot.display)
    return height * width * len(shot.frames)
