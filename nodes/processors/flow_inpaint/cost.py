"""What FlowInpaint's steps will take."""

from nodes.declare import Params
from nodes.engine.estimate import Cost
from nodes.processors.motion.cost import motion_bytes
from vfxlib.inputs.shot import OpenShot

__all__ = ["motion"]


def motion(shot: OpenShot, params: Params) -> Cost:
    """Motion of every frame, measured or completed."""
    return Cost(disk=motion_bytes(shot))
