"""A job made from what somebody gives: a node with what it needs before it, or a recipe."""

from collections.abc import Sequence

from nodes import node_named
from nodes.declare import Params, controls, from_mapping
from nodes.job import Job, JobNode
from nodes.node import Node
from nodes.recipes import Given, Recipe, nodes_of, with_fillers
from nodes.shot import Output, Shot
from vfxlib.errors import UsageError
from vfxlib.io.footage import open_footage

__all__ = ["make_job"]


def make_job(
    what: Node | Recipe, params: Params, shot: Shot, output: Output, fillers: Sequence[str] | None = None
) -> Job:
    """The job of one node or of a recipe.

    fillers  names of nodes that make a fill where one is needed and none given; None for those that the node names
    raises   UsageError for what cannot be a filler, and of a recipe for mattes beside keys, or neither; SequenceError,
             PictureError if the plate cannot be looked at
    """
    if isinstance(what, Recipe):
        given = _given(shot)
        _check_mattes(what, shot)
        return Job(shot, nodes_of(what, _as_removed(params, shot), given), output)
    job = Job(shot, (JobNode(what, params),), output)
    if not what.fillers:
        return job
    names, can = what.fillers if fillers is None else tuple(fillers), (*what.fillers, *what.other_fillers)
    for name in names:
        if name not in can:
            known = ", ".join(can)
            raise UsageError(f"{name!r} makes no fill for {what.name}", where="--filler", fix=f"choose from {known}")
    if not names and not shot.fill:
        raise UsageError("it names no node", where="--filler", fix=f"choose from {', '.join(can)}")
    if shot.fill:
        if fillers is not None:
            raise UsageError("a fill is given, and nodes to make one", where="--filler", fix="give one of them")
        return job
    in_order = [node_named(name) for name in can if name in names]
    return with_fillers(job, in_order)


def _as_removed(params: Params, shot: Shot) -> Params:
    """A recipe's parameters with the objects of keys apart where several are chosen: each becomes a layer."""
    if shot.key and "," in shot.remove and "objects" in controls(params):
        return from_mapping(type(params), {**params.to_mapping(), "objects": "apart"})
    return params


def _check_mattes(recipe: Recipe, shot: Shot) -> None:
    """See that a recipe which makes mattes of keys is given either."""
    if not (recipe.takes("matte") and recipe.takes("key") and shot.plate):
        return
    if shot.matte and shot.key and not shot.mend_mattes:
        raise UsageError("a matte is given, and keys as well", where="--key", fix="leave out one of them")
    if not shot.matte and not shot.key:
        fix = "name a sequence such as matte/matte.####.exr, or a matte for one frame: --key 1001=matte.1001.exr"
        raise UsageError("neither a matte nor a key is given", where="--matte", fix=fix)


def _given(shot: Shot) -> Given:
    """What the plate's first header says; of no plate nothing, which whoever opens the job complains of."""
    if not shot.plate:
        return Given(bool(shot.key), 0)
    footage = open_footage(shot.plate)
    wanted = [number for number in footage.frames if not shot.frames or number in shot.frames]
    return Given(bool(shot.key), max(footage.header((wanted or footage.frames)[0]).display.size))
