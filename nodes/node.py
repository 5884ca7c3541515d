"""Nodes, steps, ports and layers as plain values: hosts and farms read them, nothing subclasses them."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from nodes.declare import Params

__all__ = ["Kind", "Layer", "Node", "Port", "Scope", "Sources", "Step"]


class Scope(Enum):
    """How a step may be cut into tasks."""

    SHOT = "shot"  # one task for the whole shot
    FRAMES = "frames"  # any chunks of frames; the bits do not depend on the cuts


class Kind(Enum):
    """What the numbers of a layer are: only colour is colour-managed and merged."""

    COLOUR = "colour"
    DATA = "data"


@dataclass(frozen=True)
class Port:
    """Something that a node takes.

    name      name of the shot's field that holds it
    required  False if the node works without it
    help      one sentence
    any_size  True if it may be smaller than the plate
    """

    name: str
    required: bool
    help: str
    any_size: bool = False


@dataclass(frozen=True)
class Layer:
    """Channels that a node writes beside the picture.

    name      layer name in the file; never "mask", a bare number or a single letter, which hosts reserve or break
    channels  channel names behind the layer's
    pixel     "half" or "float"
    kind      colour or data
    help      one sentence with unit and sign
    on_request
              True of one that is written only if the output's option of its name, or --layers, asks for it
    passed    True of one that is handed on from the fill that the node takes, and not there without one
    quantum   values are rounded to its multiples, which compress better; 0 keeps every bit
    """

    name: str
    channels: tuple[str, ...]
    pixel: str
    kind: Kind
    help: str
    on_request: bool = False
    passed: bool = False
    quantum: float = 0.0

    @property
    def names(self) -> tuple[str, ...]:
        """Full channel names in the file."""
        return tuple(f"{self.name}.{channel}" for channel in self.channels)


@dataclass(frozen=True, kw_only=True)
class Sources:
    """Where a node looks for what a frame's matte hides; from it a verdict is given before any work.

    reach      frames to either side
    margin     plate pixels around the matte of a source that show nothing
    cuts       first frames of new takes
    find_cuts  True if more of them are searched for
    painted    frames that an artist has cleaned
    """

    reach: int = 12
    margin: float = 0.0
    cuts: tuple[int, ...] = ()
    find_cuts: bool = True
    painted: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Step:
    """A part of a node that runs as tasks of its own.

    What it does is named as "module:function", so that declarations import nothing. ``run`` is imported when a task
    runs; ``inputs`` and ``state`` also when somebody only asks what is done, so their modules must not import torch.

    name        "motion", "render", ...; with the node's name it names the folder in the work folder
    help        one sentence
    scope       how it may be cut
    depends_on  steps of the same node whose output it reads, any frame of them
    reach       frames to either side of a frame that it reads from the plate, by the node's parameters
    gpu         True if a GPU makes it faster; of any other step everything is computed on the processor
    uses        the parameters that change its result; the fingerprint holds these and no others
    run         ``(context, frames) -> None`` makes some frames; of a SHOT step all
    inputs      ``(context, number) -> mapping`` tells what a frame is made from beside plate, matte, fill and
                parameters, by name; of a SHOT step ``(context) -> mapping``; "" for nothing
    state       ``(context, fingerprint) -> FileState`` of a SHOT step that leaves more than its index; "" for the index
    reads_shot  False of a SHOT step that reads what earlier steps made, and neither plate, matte, fill nor keys
    cost        ``(shot, params) -> Cost`` tells what it will take; "" for next to nothing
    reads_fill  False of a step that does not look at the fill
    early_stop_params
                parameters that may only end it early; a result that a clock cut short does not repeat, so no
                fingerprint can name it
    random      True if its result depends on the job's seed
    size        longest side of the picture that it works on, by the node's parameters: a larger plate is reduced for
                it; 0 for what the job says of the node
    shared      True if a node before it in the job that has the same step, with the same values, makes it for both
    """

    name: str
    help: str
    scope: Scope
    run: str
    depends_on: tuple[str, ...] = ()
    reach: Callable[[Any], int] = lambda params: 0
    gpu: bool = False
    uses: tuple[str, ...] = ()
    inputs: str = ""
    state: str = ""
    cost: str = ""
    reads_shot: bool = True
    reads_fill: bool = True
    early_stop_params: tuple[str, ...] = ()
    random: bool = False
    size: Callable[[Any], int] = lambda params: 0
    shared: bool = False


@dataclass(frozen=True, kw_only=True)
class Node:
    """A processor as a value.

    name     as in the shell: "flow-inpaint"
    label    as hosts show it: "FlowInpaint"
    help     one sentence
    paper    where the method is from
    params   the dataclass of its parameters
    inputs   what it takes
    outputs  layers that it can write; the picture itself comes on top
    steps    in the order in which they run
    review   "module:function", ``(job, output, plate, colours, folder, title, options) -> files`` makes what a person
             looks at to judge the result; of its options (``MovieOptions``) all have a default
    version  of a node that is not ours, raised when it makes other pixels; a part of every fingerprint
    keys_apart
             True if the objects of a key stay apart, by the node's parameters
    fillers  names of nodes that make its fill, in the order in which they run, where a job is made without one
    other_fillers
             names of nodes that make its fill too, if they are asked for
    check    "module:function", ``(shot, params) -> None`` sees before any work that the files which parameters name
             are what the node can use, and raises if not; "" for no such check
    without_effect
             ``(params, taken) -> {name: reason}`` tells which parameters change nothing as the others stand; ``taken``
             names the inputs that are there
    sources  ``(params, height) -> Sources`` of a node that copies from other frames, by its parameters on a plate of so
             many lines; None of one that does not
    """

    name: str
    label: str
    help: str
    paper: str
    params: type[Params]
    inputs: tuple[Port, ...]
    outputs: tuple[Layer, ...]
    steps: tuple[Step, ...]
    review: str = "nodes.engine.review:clean_plate_review"
    version: str = ""
    keys_apart: Callable[[Any], bool] = lambda params: False
    fillers: tuple[str, ...] = ()
    other_fillers: tuple[str, ...] = ()
    check: str = ""
    without_effect: Callable[[Any, Collection[str]], Mapping[str, str]] = lambda params, taken: {}
    sources: Callable[[Any, int], Sources] | None = None

    def takes(self, port: str) -> bool:
        """True if it has an input of that name."""
        return self.input(port) is not None

    def input(self, name: str) -> Port | None:
        """The input of that name; None if it has none."""
        return next((own for own in self.inputs if own.name == name), None)

    def writes(self, layer: str) -> bool:
        """True if its result has a layer of that name."""
        return any(own.name == layer for own in self.outputs)

    @property
    def makes_mattes(self) -> bool:
        """True if its matte is not one that it was given, so that the nodes behind it take it for theirs."""
        return self.writes("matte") and not self.takes("matte")

    def step(self, name: str) -> Step:
        """The step of that name; KeyError if there is none."""
        for step in self.steps:
            if step.name == name:
                return step
        raise KeyError(name)
