"""Recipes: several nodes put into one job by rules, as plain values beside the nodes."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nodes.declare import Params, controls
from nodes.job import Job, JobNode
from nodes.node import Layer, Node, Port
from nodes.plan import fill_maker

__all__ = ["Given", "Part", "Recipe", "nodes_of", "same_named", "with_fillers"]


@dataclass(frozen=True)
class Given:
    """What is known of a shot when its job is made.

    keyed    True if there are keys in place of mattes
    longest  the plate's longest side, pixels
    """

    keyed: bool
    longest: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """A node of a recipe.

    node      its parameters of the same names take the recipe's values
    apart     parameters that keep their own default though the recipe has one of that name
    working   True if it works at the recipe's working size
    when      ``(params, given) -> bool`` tells if it is wanted
    left_out  when it is not, in words; "" if it always is
    """

    node: Node
    apart: tuple[str, ...] = ()
    working: bool = False
    when: Callable[[Any, Given], bool] = lambda params, given: True
    left_out: str = ""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """Nodes that make a result together.

    name    as in the shell: "clean-plate"
    label   as hosts show it: "CleanPlate"
    help    one sentence
    params  the dataclass of its parameters; each goes to every part whose node has one of that name
    inputs  what it takes
    parts   in the order in which they run
    """

    name: str
    label: str
    help: str
    params: type[Params]
    inputs: tuple[Port, ...]
    parts: tuple[Part, ...]

    @property
    def outputs(self) -> tuple[Layer, ...]:
        """Layers that its result has."""
        return self.parts[-1].node.outputs

    def takes(self, port: str) -> bool:
        """True if it has an input of that name."""
        return any(own.name == port for own in self.inputs)


def nodes_of(recipe: Recipe, params: Params, given: Given) -> tuple[JobNode, ...]:
    """The nodes that a job of a recipe has, with their parameters.

    params  of the recipe; ``working_size`` among them says how large a picture the parts that work so are given
    """
    values = {name: getattr(params, name) for name in controls(params)}
    size = int(values.get("working_size", 0))
    return tuple(
        JobNode(part.node, same_named(part.node, values, part.apart), working_size=_fitting(size, part, given))
        for part in recipe.parts
        if part.when(params, given)
    )


def _fitting(size: int, part: Part, given: Given) -> int:
    return size if part.working and given.longest > size else 0


def with_fillers(job: Job, fillers: Sequence[Node]) -> Job:
    """The job with nodes that make a fill put before each node that takes one of any size and has none.

    fillers  in the order in which they run
    """
    nodes: list[JobNode] = []
    for each in job.nodes:
        port = each.node.input("fill")
        if port is not None and port.any_size and not job.shot.fill and fill_maker(job, each) is None:
            # what is fitted for the sake of another node is fitted quickly; who wants more saves the job and says so
            values = {"quality": "draft", **{name: getattr(each.params, name) for name in controls(each.params)}}
            # of a plate that is no larger too, so that steps which both have are one: ``plan.step_maker``
            size = int(values.get("working_size", 0))
            nodes += [JobNode(filler, same_named(filler, values), working_size=size) for filler in fillers]
        nodes.append(each)
    return Job(job.shot, tuple(nodes), job.output)


def same_named(node: Node, values: Mapping[str, Any], apart: Sequence[str] = ()) -> Params:
    """Parameters of a node that take the values of their names.

    apart  names that keep their default
    """
    own = controls(node.params)
    return node.params(**{name: value for name, value in values.items() if name in own and name not in apart})
