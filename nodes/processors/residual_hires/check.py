"""Files that ResidualHiRes is given: an artist's frames, and trained networks."""

from nodes.processors import sources_check
from nodes.residual_hires import ResidualHiresParams
from vfxlib.errors import UsageError
from vfxlib.inputs.shot import OpenShot

__all__ = ["check", "network_path"]

TRAIN = "give one that paintout train sta has written, or leave --attention as it is"


def network_path(params: ResidualHiresParams) -> str:
    """The file of the network whose attention weighs the references; "" if patches do.

    raises  UsageError if a network is wanted and none is given
    """
    if params.attention == "network" and not params.weights:
        raise UsageError("--attention network is given no network", where="--weights", fix=TRAIN)
    return "" if params.attention == "patches" else params.weights


def check(shot: OpenShot, params: ResidualHiresParams) -> None:
    """See that the artist's frames fit the plate, and that the networks are some.

    raises  as ``sources_check.check`` and ``network_path``; WeightsError for a file that holds another network
    """
    sources_check.check(shot, params)
    network_path(params)
    if params.weights:
        sources_check.check_sta_weights(params.weights)
