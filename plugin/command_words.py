"""A node's or a recipe's command from its declared values, as a host gives them (standard library only)."""

from collections.abc import Iterator

from nodes.declare import FrameFiles, Params, controls, option
from nodes.job_values import to_words
from nodes.node import Node
from nodes.recipes import Recipe
from nodes.shot import Output, Shot

__all__ = ["face_words"]


def face_words(face: Node | Recipe, shot: Shot, params: Params, output: Output) -> list[str]:
    """What ``paintout`` is told to run a node or a recipe with these values; defaults are left out.

    returns  words that mean the same values, every one of them
    """
    return [face.name, *_options(shot), *_options(params), *_options(output)]


def _options(params: Params) -> Iterator[str]:
    changed = params.changed()
    for name, control in controls(params).items():
        if name not in changed:
            continue
        if isinstance(control, FrameFiles):
            yield from (f"{option(name)}={number}={path}" for number, path in changed[name].items())
        else:
            yield f"{option(name)}={to_words(control, changed[name])}"  # "=", for a value may begin with a minus
