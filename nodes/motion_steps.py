"""The steps that give a node the background's motion: measured, chained, completed; declared here once.

Nodes of a job that have them with the same values run them once.
"""

from collections.abc import Callable
from typing import Any

from nodes.declare import choice, text
from nodes.networks import FLOW_REFINEMENT
from nodes.node import Scope, Step
from vfxlib.io.shipped_weights import SHIPPED

__all__ = ["completion_field", "completion_without_effect", "flow_weights_field", "motion_steps"]


def completion_field() -> Any:
    """The field of where the search for hidden motion begins."""
    return choice(
        "carried",
        ("carried", "learned", "auto"),
        label="Completion",
        help="Where the search for hidden motion begins: at motion that occurs elsewhere in the frame, at what a "
        "trained network says, or at both: each place takes what other frames agree with.",
    )


def flow_weights_field() -> Any:
    """The field of the network that says where hidden motion is searched for."""
    return text(
        SHIPPED,
        what="FILE",
        ships=FLOW_REFINEMENT.ships,
        label="Flow weights",
        help="The trained network of --completion learned and auto: shipped is the one that comes with Paintout, a "
        "file is what paintout train flow-refinement writes.",
    )


def completion_without_effect(params: Any) -> dict[str, str]:
    """The weights, where nobody asks the network; as ``Node.without_effect`` tells it."""
    unasked = params.completion == "carried" and params.flow_weights != SHIPPED
    return {"flow_weights": "--completion is carried"} if unasked else {}


def motion_steps(size: Callable[[Any], int] = lambda params: 0) -> tuple[Step, ...]:
    """The steps of a node with the parameters flow_margin, grow, reach, cuts, find_cuts, completion and flow_weights.

    size  longest side of the picture that they work on, by the node's parameters; 0 for what the job says of the node
    """
    return (
        Step(
            name="motion",
            help="Measures the motion of the background to both neighbours on known pixels.",
            scope=Scope.FRAMES,
            reach=lambda params: 1,
            uses=("flow_margin", "grow"),
            run="nodes.processors.motion.measure:run",
            cost="nodes.processors.motion.cost:measure",
            reads_fill=False,
            size=size,
            shared=True,
        ),
        Step(
            name="register",
            help="Chains the global motion over the shot and finds cuts and the locked camera.",
            scope=Scope.SHOT,
            depends_on=("motion",),
            uses=("cuts", "find_cuts"),
            run="nodes.processors.motion.register:run",
            inputs="nodes.processors.motion.inputs:register",
            reads_shot=False,
            reads_fill=False,
            size=size,
            shared=True,
        ),
        Step(
            name="complete",
            help="Completes the motion in and around the matte from what other frames saw there.",
            scope=Scope.FRAMES,
            depends_on=("motion", "register"),
            reach=lambda params: params.reach,
            gpu=True,
            uses=("flow_margin", "grow", "reach", "completion", "flow_weights"),
            run="nodes.processors.motion.complete:run",
            inputs="nodes.processors.motion.inputs:complete",
            cost="nodes.processors.motion.cost:complete",
            reads_fill=False,
            size=size,
            shared=True,
        ),
    )
