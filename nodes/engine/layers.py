"""Which layers a job's result has."""

from nodes.job import Job
from nodes.node import Layer
from vfxlib.errors import UsageError

__all__ = ["OBJECTS", "wanted_layers", "wants_objects"]

OBJECTS = "objects"  # stands in --layers for the layers of all objects, whose names a job's inputs give


def wants_objects(job: Job) -> bool:
    """Whether --layers asks for a matte of each object; there are some if the last node takes a matte of several."""
    asked = job.output.layers.replace(" ", "").split(",")
    return job.nodes[-1].node.takes("matte") and ("all" in asked or OBJECTS in asked)


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
    choice = (*known, OBJECTS) if job.nodes[-1].node.takes("matte") else tuple(known)
    for name in names:
        if name not in choice:
            raise UsageError(
                f"there is no layer {name!r}", where="--layers", fix=f"choose from all, none, {', '.join(choice)}"
            )
    return tuple(known[name] for name in names if name != OBJECTS)
