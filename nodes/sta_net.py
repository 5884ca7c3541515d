"""STANet: a network that was trained beforehand fills the matte from other frames."""

from dataclasses import dataclass

from nodes.declare import Params, field_of
from nodes.fields import (
    cuts_field,
    feather_field,
    find_cuts_field,
    grain_field,
    grow_field,
    references_field,
    sta_weights_field,
)
from nodes.flow_inpaint import FlowInpaintParams
from nodes.motion_steps import completion_without_effect, motion_steps
from nodes.node import Node, Scope, Step
from nodes.ports import CONFIDENCE, FILL, MATTE, MATTE_PORT, PLATE_PORT, PROVENANCE

__all__ = ["STA_NET", "StaNetParams"]

REFERENCES = "Most frames that the network is shown beside the one it fills, spread evenly over the reach."
WEIGHTS = "The trained network, as paintout train sta writes it: a safetensors file; there is no default."


@dataclass(frozen=True, kw_only=True)
class StaNetParams(Params):
    """Which network, what it is shown, and what is replaced."""

    weights: str = sta_weights_field(WEIGHTS)
    references: int = references_field(REFERENCES)
    reach: int = field_of(FlowInpaintParams, "reach")
    grow: float = grow_field()
    feather: float = feather_field()
    flow_margin: float | None = field_of(FlowInpaintParams, "flow_margin")
    source_margin: float | None = field_of(FlowInpaintParams, "source_margin")
    grain: float = grain_field()
    completion: str = field_of(FlowInpaintParams, "completion")
    flow_weights: str = field_of(FlowInpaintParams, "flow_weights")
    cuts: tuple[int, ...] = cuts_field()
    find_cuts: str = find_cuts_field()


STA_NET = Node(
    name="sta-net",
    label="STANet",
    help="Fills the matte with a network that was trained on made scenes, from other frames and from around it.",
    paper="spatial-temporal residual aggregation for high resolution video inpainting (2021), section 3.2",
    params=StaNetParams,
    inputs=(PLATE_PORT, MATTE_PORT),
    outputs=(FILL, MATTE, CONFIDENCE, PROVENANCE),
    steps=(
        *motion_steps(),
        Step(
            name="render",
            help="Lays other frames over each and paints its hole with the network.",
            scope=Scope.FRAMES,
            depends_on=("register", "complete"),
            reach=lambda params: params.reach,
            gpu=True,
            uses=("weights", "references", "reach", "grow", "feather", "source_margin", "grain"),
            run="nodes.processors.sta_net.render:run",
            inputs="nodes.processors.sta_net.inputs:render",
            cost="nodes.processors.sta_net.cost:render",
            random=True,
        ),
    ),
    check="nodes.processors.sta_net.check:check",
    without_effect=lambda params, taken: completion_without_effect(params),
)
"""The steps of STANet."""
