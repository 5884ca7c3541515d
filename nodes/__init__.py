"""What exists: node declarations and jobs as plain values (standard library only)."""

from nodes.flow_inpaint import FLOW_INPAINT
from nodes.internal_fit import INTERNAL_FIT
from nodes.mask_propagate import MASK_PROPAGATE
from nodes.node import Node
from vfxlib.errors import UsageError

__all__ = ["NODES", "node_named"]

NODES: tuple[Node, ...] = (MASK_PROPAGATE, FLOW_INPAINT, INTERNAL_FIT)


def node_named(name: str) -> Node:
    """The node of that name.

    raises  UsageError if there is none
    """
    for node in NODES:
        if node.name == name:
            return node
    raise UsageError(f"there is no node {name!r}", fix=f"the nodes are {', '.join(node.name for node in NODES)}")
