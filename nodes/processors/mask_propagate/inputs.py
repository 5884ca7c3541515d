"""What the results of MaskPropagate's steps are made from, beside plate and keys."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodes.engine.context import StepContext
from nodes.engine.fingerprints import key_digests
from nodes.engine.fit_index import fit_of
from nodes.processors.mask_propagate.matte_file import carried_file
from vfxlib.errors import UsageError

__all__ = ["carry", "carrying_weights", "fit", "render"]


def fit(context: StepContext) -> Mapping[str, Any]:
    """The motion of every frame."""
    return {"motion": context.identities("motion", context.shot.frames)}


def carry(context: StepContext) -> Mapping[str, Any]:
    """The motion of every frame, and the fitted weights."""
    return {**fit(context), "weights": [context.content(path) for path in carrying_weights(context)]}


def render(context: StepContext, number: int) -> Mapping[str, Any]:
    """The carried matte of a frame, and all keys, which say how wide an edge is."""
    return {"keys": context.once(key_digests), "carry": context.identity(carried_file(context, number))}


def carrying_weights(context: StepContext) -> tuple[Path, ...]:
    """The weights that mattes are carried with.

    raises  UsageError if there are none
    """
    weights = context.once(fit_of).weights
    if not weights:
        raise UsageError(
            "names no weights", where=context.index_file("fit"), fix="delete it so that the fit is made again"
        )
    return weights
