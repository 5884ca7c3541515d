"""ResidualHiRes: the full resolution's detail for a fill that was made at a lower one."""

from collections.abc import Collection
from dataclasses import dataclass

from nodes.declare import Params, choice, field_of
from nodes.fields import (
    cuts_field,
    feather_field,
    find_cuts_field,
    grain_field,
    grow_field,
    references_field,
    sta_weights_field,
    working_size_field,
)
from nodes.flow_inpaint import FlowInpaintParams
from nodes.motion_steps import completion_without_effect, motion_steps
from nodes.node import Node, Port, Scope, Step
from nodes.ports import CONFIDENCE, FILL, MATTE, MATTE_PORT, PASSED_MOTION, PLATE_PORT, PROVENANCE, STMAP

__all__ = ["RESIDUAL_HIRES", "ResidualHiresParams"]

NETWORK = ("weights", "attention")
ALIGNMENT = ("working_size", "reach", "grow", "flow_margin")


@dataclass(frozen=True, kw_only=True)
class ResidualHiresParams(Params):
    """Which frames give detail, and what is replaced."""

    working_size: int = working_size_field()
    references: int = references_field(
        "Most frames that detail is taken from: those that show the most of the hole, and the nearest."
    )
    reach: int = field_of(FlowInpaintParams, "reach")
    grow: float = grow_field()
    feather: float = feather_field()
    flow_margin: float | None = field_of(FlowInpaintParams, "flow_margin")
    source_margin: float | None = field_of(FlowInpaintParams, "source_margin")
    completion: str = field_of(FlowInpaintParams, "completion")
    flow_weights: str = field_of(FlowInpaintParams, "flow_weights")
    grain: float = grain_field()
    cuts: tuple[int, ...] = cuts_field()
    find_cuts: str = find_cuts_field()
    paint: tuple[tuple[int, str], ...] = field_of(FlowInpaintParams, "paint")
    weights: str = sta_weights_field(
        "A trained STA-Net for --filler sta-net and --attention: a safetensors file, as paintout train sta writes it."
    )
    attention: str = choice(
        "auto",
        ("auto", "patches", "network"),
        label="Attention",
        help="What tells which frames detail is taken from: patches of the picture, or the network of --weights; auto "
        "takes the network if there is one.",
    )


def _without_effect(params: ResidualHiresParams, taken: Collection[str]) -> dict[str, str]:
    most, idle = 2 * params.reach, completion_without_effect(params)
    if params.references >= most and params.references != ResidualHiresParams().references:
        idle["references"] = f"--reach looks at {most} frames at most"
    if params.attention == "patches":
        idle["weights"] = "--attention is patches, so only a node that makes the fill takes them"
    return idle


RESIDUAL_HIRES = Node(
    name="residual-hires",
    label="ResidualHiRes",
    help="Gives a low-resolution fill the detail of the full resolution, from other frames and from around it.",
    paper="spatial-temporal residual aggregation for high resolution video inpainting (2021), section 3.3",
    params=ResidualHiresParams,
    inputs=(
        PLATE_PORT,
        MATTE_PORT,
        Port("fill", True, "The fill that is given detail, of the plate's shape and at most its size.", any_size=True),
    ),
    outputs=(FILL, MATTE, CONFIDENCE, *PASSED_MOTION, PROVENANCE, STMAP),
    steps=(
        *motion_steps(lambda params: params.working_size),
        Step(
            name="anchors",
            help="Finishes a few frames whole, from which detail that no frame shows is carried to all.",
            scope=Scope.SHOT,
            depends_on=("motion", "register", "complete"),
            reach=lambda params: params.reach,
            uses=("references", "source_margin", "grain", "paint", *NETWORK, *ALIGNMENT),
            run="nodes.processors.residual_hires.anchors:run",
            inputs="nodes.processors.residual_hires.anchor_index:anchor_inputs",
            state="nodes.processors.residual_hires.anchor_index:anchor_state",
            cost="nodes.processors.residual_hires.cost:anchors",
            random=True,
        ),
        Step(
            name="render",
            help="Gives every frame's fill the detail that other frames, finished ones and its surroundings have.",
            scope=Scope.FRAMES,
            depends_on=("motion", "register", "complete", "anchors"),
            reach=lambda params: params.reach,
            uses=("references", "source_margin", "grain", "paint", "feather", *NETWORK, *ALIGNMENT),
            run="nodes.processors.residual_hires.render:run",
            inputs="nodes.processors.residual_hires.anchor_index:render_inputs",
            cost="nodes.processors.residual_hires.cost:render",
            random=True,
        ),
    ),
    fillers=("flow-inpaint", "internal-fit"),
    other_fillers=("sta-net",),
    check="nodes.processors.residual_hires.check:check",
    without_effect=_without_effect,
)
