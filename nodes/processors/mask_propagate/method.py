"""Which of its two methods a job of MaskPropagate uses."""

from nodes.engine.context import StepContext
from nodes.engine.shot_step import read_index

__all__ = ["finds_damage"]


def finds_damage(context: StepContext) -> bool:
    """True if damage is found in every frame, False if an object is carried; the fit has decided what is automatic.

    raises  UsageError if that has not run, or its index cannot be read
    """
    method: str = context.values["method"]
    if method == "auto":
        method = read_index(context.index_file("fit"), "fit", lambda content: str(content.get("method", "object")))
    return method == "corruption"
