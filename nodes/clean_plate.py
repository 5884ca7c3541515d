"""CleanPlate: the recipe that puts the nodes together, from a key or mattes to the clean plate."""

from dataclasses import dataclass

from nodes.declare import Params, choice, field_of
from nodes.fields import working_size_field
from nodes.flow_inpaint import FLOW_INPAINT, FlowInpaintParams
from nodes.internal_fit import INTERNAL_FIT, InternalFitParams
from nodes.mask_propagate import KEY_PORT, MASK_PROPAGATE, MaskPropagateParams
from nodes.node import Port
from nodes.ports import MATTE_PORT, PLATE_PORT
from nodes.recipes import Part, Recipe
from nodes.residual_hires import RESIDUAL_HIRES

__all__ = ["CLEAN_PLATE", "CleanPlateParams"]


@dataclass(frozen=True, kw_only=True)
class CleanPlateParams(Params):
    """What the nodes of the recipe are told; of those that are not here, each keeps its own default."""

    quality: str = choice(
        "good",
        ("draft", "good", "best"),
        label="Quality",
        help="How long the networks are fitted at most, each by its own number of iterations.",
    )
    iterations: int = field_of(InternalFitParams, "iterations")
    minutes: float = field_of(InternalFitParams, "minutes")
    # up to here the whole plate takes no longer, and loses nothing: benchmarks.residual_hires --end-to-end
    working_size: int = working_size_field(2048)
    method: str = field_of(MaskPropagateParams, "method")
    objects: str = field_of(MaskPropagateParams, "objects")
    grow: float = field_of(FlowInpaintParams, "grow")
    feather: float = field_of(FlowInpaintParams, "feather")
    reach: int = field_of(FlowInpaintParams, "reach")
    flow_margin: float | None = field_of(FlowInpaintParams, "flow_margin")
    source_margin: float | None = field_of(FlowInpaintParams, "source_margin")
    completion: str = field_of(FlowInpaintParams, "completion")
    flow_weights: str = field_of(FlowInpaintParams, "flow_weights")
    light_match: float = field_of(FlowInpaintParams, "light_match")
    take_over: float = field_of(InternalFitParams, "take_over")
    soften: float | None = field_of(InternalFitParams, "soften")
    texture: float = field_of(InternalFitParams, "texture")
    grain: float = field_of(FlowInpaintParams, "grain")
    cuts: tuple[int, ...] = field_of(FlowInpaintParams, "cuts")
    find_cuts: str = field_of(FlowInpaintParams, "find_cuts")
    paint: tuple[tuple[int, str], ...] = field_of(FlowInpaintParams, "paint")


CLEAN_PLATE = Recipe(
    name="clean-plate",
    label="CleanPlate",
    help="Makes a clean plate of a key or of mattes: carries the key, copies what other frames saw, paints the rest.",
    params=CleanPlateParams,
    inputs=(PLATE_PORT, Port("matte", False, MATTE_PORT.help), Port("key", False, KEY_PORT.help)),
    parts=(
        Part(
            node=MASK_PROPAGATE,
            apart=("grow", "soften"),  # the nodes behind it grow its matte
            when=lambda params, given: given.keyed,
            left_out="mattes are given",
        ),
        Part(node=FLOW_INPAINT, working=True),
        Part(node=INTERNAL_FIT, working=True),
        Part(
            node=RESIDUAL_HIRES,
            when=lambda params, given: given.longest > params.working_size,
            left_out="the plate is no larger than the working size",
        ),
    ),
)
