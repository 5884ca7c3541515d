"""What a page tells of the job beside its pictures, as plain values: whoever knows jobs fills them in."""

from dataclasses import dataclass

__all__ = ["Facts", "HeldOut", "NodeFacts", "Parameter"]


@dataclass(frozen=True)
class Parameter:
    """A parameter of a node.

    label    as hosts show it
    value    with its unit, as people read it
    changed  False if it is the default
    """

    label: str
    value: str
    changed: bool


@dataclass(frozen=True)
class NodeFacts:
    """A node of the job.

    name        by which the job tells it from others
    help        what it does
    parameters  in the order of declaration
    """

    name: str
    help: str
    parameters: tuple[Parameter, ...]


@dataclass(frozen=True)
class HeldOut:
    """How a network that was fitted to the shot did on pixels that it had not seen.

    name    of the step and the file
    points  minutes and PSNR in dB
    """

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Facts:
    """What is known of a job.

    shot      name of what it makes
    inputs    label and value: plate, matte, result, ...
    nodes     in the order in which they run
    held_out  of everything that was fitted
    """

    shot: str = ""
    inputs: tuple[tuple[str, str], ...] = ()
    nodes: tuple[NodeFacts, ...] = ()
    held_out: tuple[HeldOut, ...] = ()
