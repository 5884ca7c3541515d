"""What the results of InternalFit's steps are made from, beside plate, matte and fill."""

from collections.abc import Mapping
from typing import Any

from nodes.engine.context import StepContext
from nodes.engine.fit_index import fit_of

__all__ = ["render"]


def render(context: StepContext, number: int) -> Mapping[str, Any]:
    """The fitted weights."""
    return {"weights": [context.content(path) for path in context.once(fit_of).weights]}
