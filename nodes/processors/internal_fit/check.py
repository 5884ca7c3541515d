"""Files of weights that InternalFit is given: the right ones, before any work."""

from pathlib import Path

from nodes.internal_fit import InternalFitParams
from nodes.processors.internal_fit.start import start_file
from vfxlib.inputs.shot import OpenShot
from vfxlib.io.shipped_weights import SHIPPED, shipped_digest

__all__ = ["check"]


def check(shot: OpenShot, params: InternalFitParams) -> None:
    """See that the fit can start from the weights that it is given, and that the encoder is one, used or not.

    raises  WeightsError
    """
    start = start_file(params.to_mapping())
    if params.start == SHIPPED and start is not None:
        shipped_digest(start.name)  # a look at its head must do here; the fit reads it whole
    if params.start in ("", SHIPPED) and not params.encoder:
        return
    # only now, for they import torch
    from nodes.processors.internal_fit.fit import network_settings
    from vfxlib.internal_fit.weights import start_from
    from vfxlib.io.weights import read_weights
    from vfxlib.nets.painter import open_painter
    from vfxlib.nets.vgg import read_vgg

    if start is not None:
        start_from(open_painter(network_settings(params.to_mapping(), 0), seed=0), start)
    if params.encoder:
        read_vgg(read_weights(Path(params.encoder)).tensors, params.encoder)
