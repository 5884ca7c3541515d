"""Which layers a job's result has."""

from nodes.job import Job
from nodes.node import Layer
from vfxlib.errors import UsageError

__all__ = ["wanted_layers"]


def wanted_layers(job: Job) -> tuple[Layer, ...]:
    """The layers of the result that --layers asks for.

    raises  UsageError for a layer that the last node cannot write
    """
    known = {layer.name: layer for layer in job.nodes[-1].node.outputs}
    asked = job.output.layers.replace(" ", "")
    if asked == "all":
        return tuple(known.values())
    if asked in ("none", ""):
        return ()
    names = tuple(dict.fromkeys(asked.split(",")))
    for name in names:
        if name not in known:
            raise UsageError(
                f"there is no layer {name!r}", where="--layers", fix=f"choose from all, none, {', '.join(known)}"
            )
    return tuple(known[name] for name in names)
