"""The steps that give a node the background's motion: measured, chained, completed; declared here once.

Nodes of a job that have them with the same values run them once.
"""

from collections.abc import Callable
from typing import Any

from nodes.node import Scope, Step

__all__ = ["motion_steps"]


def motion_steps(size: Callable[[Any], int] = lambda params: 0) -> tuple[Step, ...]:
    """The steps of a node with the parameters flow_margin, grow, reach, cuts and find_cuts.

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
            uses=("flow_margin", "grow", "reach"),
            run="nodes.processors.motion.complete:run",
            inputs="nodes.processors.motion.inputs:complete",
            cost="nodes.processors.motion.cost:complete",
            reads_fill=False,
            size=size,
            shared=True,
        ),
    )
