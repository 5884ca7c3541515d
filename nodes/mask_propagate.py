"""MaskPropagate: a matte on one frame becomes a matte on every frame."""

from collections.abc import Collection
from dataclasses import dataclass

from nodes.declare import Unit, choice, number
from nodes.fields import (
    FIT,
    FittingParams,
    cuts_field,
    find_cuts_field,
    grow_field,
    quality_field,
    quality_without_effect,
)
from nodes.node import Kind, Layer, Node, Port, Scope, Step
from nodes.ports import PLATE_PORT

__all__ = ["ITERATIONS", "KEY_PORT", "MASK_PROPAGATE", "MaskPropagateParams"]

ITERATIONS = {"draft": 250, "good": 700, "best": 2000}  # steps of the fit
OBJECT = ("quality", "iterations", "minutes", "start", "objects", "effect")  # what a method of its own uses
CUTS = ("cuts", "find_cuts")
KEY_PORT = Port("key", True, "A matte for one frame or several, from which those of all frames are made.")


@dataclass(frozen=True, kw_only=True)
class MaskPropagateParams(FittingParams):
    """How long to fit, what is an object, and what its matte is to look like."""

    method: str = choice(
        "object",
        ("object", "corruption", "auto"),
        label="Method",
        help="What a key marks: a thing in the picture, which is carried through the shot, or corruption of it, such "
        "as scratches, dirt or a logo, which is found on every frame; auto looks at the key.",
    )
    quality: str = quality_field(ITERATIONS)
    objects: str = choice(
        "joined",
        ("joined", "apart"),
        label="Objects",
        help="Whether all that a key holds is one object, or each of its whole numbers is one of its own.",
    )
    grow: float = grow_field("Grow the matte that is written; a negative number shrinks it.")
    soften: float = number(
        0.0,
        hard=(0.0, 256.0),
        slider=(0.0, 32.0),
        unit=Unit.PIXELS,
        label="Soften",
        help="Soften the edge over this distance; 0 leaves it as sharp as the key's.",
    )
    effect: float = number(
        0.0,
        hard=(0.0, 1024.0),
        slider=(0.0, 256.0),
        unit=Unit.PIXELS,
        label="Effect",
        help="How far from the object its shadow or reflection is looked for; 0 writes no effect.",
    )
    cuts: tuple[int, ...] = cuts_field()
    find_cuts: str = find_cuts_field()


def _without_effect(params: MaskPropagateParams, taken: Collection[str]) -> dict[str, str]:
    """What only the object's method has, where damage is found; as ``Node.without_effect`` tells it."""
    if params.method == "corruption":
        return {name: "--method is corruption" for name in OBJECT}
    return quality_without_effect(params)


MASK_PROPAGATE = Node(
    name="mask-propagate",
    label="MaskPropagate",
    help="Makes a matte for every frame from a matte on one frame or several, with a network fitted to this shot.",
    paper="mask propagation by internal learning, after Ouyang, Wang and Chen (2021)",
    params=MaskPropagateParams,
    inputs=(PLATE_PORT, KEY_PORT),
    outputs=(
        Layer("matte", ("A",), "half", Kind.DATA, "The object: 0 keeps, above 0 removes, soft at its edge."),
        Layer("index", ("A",), "float", Kind.DATA, "Number of the object where its matte is at least 0.5, else 0."),
        Layer(
            "effect",
            ("A",),
            "half",
            Kind.DATA,
            "The object's shadow or reflection, 0 to 1; no part of the matte, and 0 unless it is looked for.",
        ),
        Layer(
            "confidence",
            ("A",),
            "half",
            Kind.DATA,
            "Probability that the cut of the matte at 0.5 is right; below 0.5 needs a look.",
        ),
    ),
    steps=(
        Step(
            name="motion",
            help="Measures the motion of the picture to both neighbours.",
            scope=Scope.FRAMES,
            reach=lambda params: 1,
            run="nodes.processors.motion.measure:run",
            cost="nodes.processors.motion.cost:measure",
        ),
        Step(
            name="fit",
            help="Fits the network to the keys; stopped, it goes on where it was.",
            scope=Scope.SHOT,
            depends_on=("motion",),
            gpu=True,
            uses=(*FIT, "method", "objects", *CUTS),
            run="nodes.processors.mask_propagate.fit:run",
            inputs="nodes.processors.mask_propagate.inputs:fit",
            state="nodes.engine.fit_index:fit_state",
            cost="nodes.processors.mask_propagate.cost:fit",
            early_stop_params=("minutes",),
            random=True,
        ),
        Step(
            name="carry",
            help="Carries the matte from the keys through the shot, both ways, and reports frames to look at.",
            scope=Scope.SHOT,
            depends_on=("motion", "fit"),
            gpu=True,
            uses=("method", "objects", "effect", *CUTS),
            run="nodes.processors.mask_propagate.carry:run",
            inputs="nodes.processors.mask_propagate.inputs:carry",
            state="nodes.processors.mask_propagate.matte_file:carry_state",
            cost="nodes.processors.mask_propagate.cost:carry",
        ),
        Step(
            name="render",
            help="Gives the carried matte the plate's resolution and the key's edge, and writes it beside the plate.",
            scope=Scope.FRAMES,
            depends_on=("carry",),
            uses=("method", "grow", "soften"),
            run="nodes.processors.mask_propagate.render:run",
            inputs="nodes.processors.mask_propagate.inputs:render",
            cost="nodes.processors.mask_propagate.cost:render",
        ),
    ),
    review="nodes.processors.mask_propagate.review:matte_review",
    keys_apart=lambda params: params.objects == "apart",
    check="nodes.processors.mask_propagate.check:check",
    without_effect=_without_effect,
)
