"""The trained networks that STANet is given: there, and the right ones, before any work."""

from nodes.processors.sources_check import check_flow_weights, check_sta_weights
from nodes.sta_net import StaNetParams
from vfxlib.errors import UsageError
from vfxlib.inputs.shot import OpenShot

__all__ = ["check"]

TRAIN = "train one with paintout train sta --out sta.safetensors, and give --weights sta.safetensors"


def check(shot: OpenShot, params: StaNetParams) -> None:
    """See that there is a network, and that it can be read.

    raises  UsageError if none is given, WeightsError if it is another one; as ``check_flow_weights``
    """
    if not params.weights:
        raise UsageError("sta-net is given no trained network, and none comes with it", where="--weights", fix=TRAIN)
    check_flow_weights(params)
    check_sta_weights(params.weights)
