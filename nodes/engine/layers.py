"""Which layers a job's result has."""

from nodes.job import Job, JobNode
from nodes.node import Layer
from nodes.plan import taken
from vfxlib.errors import UsageError

__all__ = ["OBJECTS", "requested", "wanted_layers", "wants_objects", "written_layers"]

OBJECTS = "objects"  # stands in --layers for the layers of all objects, whose names a job's inputs give


def wants_objects(job: Job) -> bool:
    """Whether --layers asks for a matte of each object; there are some if the last node takes a matte of several."""
    asked = _asked(job)
    return job.nodes[-1].node.takes("matte") and ("all" in asked or OBJECTS in asked)


def requested(job: Job, job_node: JobNode) -> tuple[str, ...]:
    """The layers that a node writes because they are asked for by name: by an option of their own, or in --layers."""
    asked = _asked(job)
    return tuple(
        layer.name
        for layer in job_node.node.outputs
        if layer.on_request and (getattr(job.output, layer.name, False) or layer.name in asked)
    )


def written_layers(job: Job, job_node: JobNode, is_result: bool) -> tuple[Layer, ...]:
    """The layers that a node writes: of the result those that are asked for, else all, for a later node may want them.

    raises  as ``wanted_layers``
    """
    if is_result:
        return wanted_layers(job)
    more = requested(job, job_node)
    return tuple(layer for layer in job_node.node.outputs if not layer.on_request or layer.name in more)


def _asked(job: Job) -> list[str]:
    return job.output.layers.replace(" ", "").split(",")


def wanted_layers(job: Job) -> tuple[Layer, ...]:
    """The layers of the result that --layers asks for.

    raises  UsageError for a layer that the last node cannot write
    """
    last = job.nodes[-1]
    filled = "fill" in taken(job, last)
    known = {layer.name: layer for layer in last.node.outputs if filled or not layer.passed}
    asked, more = _asked(job), requested(job, job.nodes[-1])
    if asked == ["all"]:
        return tuple(layer for layer in known.values() if not layer.on_request or layer.name in more)
    if asked in (["none"], [""]):
        return tuple(known[name] for name in more)
    names = tuple(dict.fromkeys([*asked, *more]))
    choice = (*known, OBJECTS) if job.nodes[-1].node.takes("matte") else tuple(known)
    for name in names:
        if name not in choice:
            raise UsageError(
                f"there is no layer {name!r}", where="--layers", fix=f"choose from all, none, {', '.join(choice)}"
            )
    return tuple(known[name] for name in names if name != OBJECTS)
