"""What exists: node declarations and jobs as plain values (standard library only)."""

import importlib
import os

from nodes.clean_plate import CLEAN_PLATE
from nodes.flow_inpaint import FLOW_INPAINT
from nodes.internal_fit import INTERNAL_FIT
from nodes.mask_propagate import MASK_PROPAGATE
from nodes.names import unknown
from nodes.node import Node
from nodes.recipes import Recipe
from nodes.residual_hires import RESIDUAL_HIRES
from nodes.sta_net import STA_NET
from vfxlib.errors import UsageError

__all__ = ["MORE", "NODES", "RECIPES", "all_nodes", "node_named"]

NODES: tuple[Node, ...] = (MASK_PROPAGATE, FLOW_INPAINT, INTERNAL_FIT, STA_NET, RESIDUAL_HIRES)
RECIPES: tuple[Recipe, ...] = (CLEAN_PLATE,)
MORE = "PAINTOUT_NODES"  # environment variable: a studio's own nodes, "module:VALUE", joined by commas


def all_nodes() -> tuple[Node, ...]:
    """The nodes of Paintout, and those that $PAINTOUT_NODES names.

    raises  UsageError if one that is named cannot be had, or has the name of another
    """
    nodes = list(NODES)
    for words in filter(None, os.environ.get(MORE, "").replace(" ", "").split(",")):
        module, _, value = words.partition(":")
        try:
            node = getattr(importlib.import_module(module), value)
        except Exception as error:  # whatever a module of somebody else's does
            raise UsageError(
                f"{words!r} is no node ({type(error).__name__}: {error})", where=f"${MORE}", fix="name it module:VALUE"
            ) from error
        if not isinstance(node, Node) or node.name in {other.name for other in nodes}:
            raise UsageError(
                f"{words!r} is no node with a name of its own", where=f"${MORE}", fix="name a Node that is none of ours"
            )
        nodes.append(node)
    return tuple(nodes)


def node_named(name: object, where: str = "") -> Node:
    """The node of that name.

    name    as it was read, so perhaps no text
    where   what holds it, for the error
    raises  UsageError if there is none
    """
    nodes = all_nodes()
    for node in nodes:
        if node.name == name:
            return node
    error = unknown("node", name, [node.name for node in nodes], where)
    raise UsageError(error.problem, where=where, fix=f"{error.fix}; ${MORE} names those of a studio")
