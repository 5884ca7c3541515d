"""Files of weights that InternalFit is given: the right ones, before any work."""

from pathlib import Path

from nodes.internal_fit import InternalFitParams
from vfxlib.inputs.shot import OpenShot

__all__ = ["check"]


def check(shot: OpenShot, params: InternalFitParams) -> None:
    """See that the fit can start from the weights that it is given, and that the encoder is one, used or not.

    raises  WeightsError
    """
    if not (params.start or params.encoder):
        return
    # only now, for they import torch
    from nodes.processors.internal_fit.fit import network_settings
    from vfxlib.internal_fit.weights import start_from
    from vfxlib.io.weights import read_weights
    from vfxlib.nets.painter import open_painter
    from vfxlib.nets.vgg import read_vgg

    if params.start:
        start_from(open_painter(network_settings(params.to_mapping(), 0), seed=0), Path(params.start))
    if params.encoder:
        read_vgg(read_weights(Path(params.encoder)).tensors, params.encoder)
