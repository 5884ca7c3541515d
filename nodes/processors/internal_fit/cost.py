"""What InternalFit's steps will take."""

from typing import Any, cast

from nodes.declare import Params
from nodes.engine.estimate import Cost
from nodes.fields import ITERATIONS
from nodes.internal_fit import InternalFitParams
from nodes.processors.internal_fit.fit import FINER
from vfxlib.inputs.shot import OpenShot
from vfxlib.internal_fit.downsample import halvings
from vfxlib.internal_fit.memory import fit_bytes
from vfxlib.internal_fit.objective import InpaintSettings
from vfxlib.nets.painter import PainterSettings
from vfxlib.train.memory import CURVE, KEPT, PROCESS

__all__ = ["fit", "render"]

WEIGHTS = {"base": 1.7e6, "stacked": 3.4e6, "coarse-to-fine": 4.5e6}  # weights of a network of full width
STEP, FINE_STEP = 0.6, 1.7  # seconds of a step of the fit, at the coarsest level and at a finer one; of half the width
PAINT = 4e-6  # seconds a pixel of the plate
PIXEL = 10  # bytes a pixel of a frame as a fit keeps it, most of it on disk unless a GPU has room


def fit(shot: OpenShot, params: InternalFitParams) -> Cost:
    """Networks and frames while they are fitted."""
    size = shot.display.size
    levels = range(halvings(*size).most + 1)  # how deep the holes are is not known without reading every matte
    networks = len(levels) * 4 * WEIGHTS[params.network] * params.width**2 * KEPT
    frames = sum(size[0] * size[1] * PIXEL * len(shot.frames) / 4**level for level in levels)
    settings = PainterSettings(network=cast(Any, params.network), width=params.width)
    needed = fit_bytes(settings, InpaintSettings.batch, InpaintSettings.crop, twice=params.stabilise > 0)
    steps = params.iterations or ITERATIONS[params.quality]
    seconds = steps * (STEP + (len(levels) - 1) * FINER * FINE_STEP) * (params.width / 0.5) ** 2
    return Cost(disk=int(networks + frames) + CURVE, memory=needed + PROCESS, seconds=seconds)


def render(shot: OpenShot, params: Params) -> Cost:
    """A frame painted."""
    return Cost(seconds=shot.display.width * shot.display.height * PAINT)
