"""InternalFit: a network fitted to this one shot paints what no frame saw."""

from collections.abc import Collection
from dataclasses import dataclass

from nodes.declare import Unit, choice, number, text
from nodes.fields import (
    FIT,
    FittingParams,
    feather_field,
    grain_field,
    grow_field,
    quality_without_effect,
    start_field,
)
from nodes.networks import PAINTER
from nodes.node import Node, Scope, Step
from nodes.ports import CONFIDENCE, FILL, FILL_PORT, MATTE, MATTE_PORT, PASSED_MOTION, PLATE_PORT, PROVENANCE, STMAP
from vfxlib.io.shipped_weights import SHIPPED

__all__ = ["INTERNAL_FIT", "InternalFitParams", "shipped_fits"]

SHIPS_FOR = ("base", PAINTER.settings["width"])  # network and width of the weights that come with Paintout


@dataclass(frozen=True, kw_only=True)
class InternalFitParams(FittingParams):
    """How to fit, what to replace, and where another fill is kept."""

    start: str = start_field(
        "Weights to start from: shipped are those that come with Paintout, a file (safetensors) is an earlier fit "
        "of this shot or one that looks alike, none starts from nothing.",
        PAINTER.ships,
    )
    network: str = choice(
        "base",
        ("base", "stacked", "coarse-to-fine"),
        label="Network",
        help="The network that is fitted: one, two of it one behind the other, or a coarse one before a fine one.",
    )
    width: float = number(
        0.5,
        hard=(0.25, 1.0),
        slider=(0.25, 1.0),
        label="Width",
        help="Channels of the network as a share of the paper's; a wider one learns more and takes longer.",
    )
    grow: float = grow_field()
    feather: float = feather_field()
    ambiguity: float = number(
        0.0,
        hard=(0.0, 10.0),
        slider=(0.0, 1.0),
        label="Ambiguity",
        help="Weight of the loss that wants one texture in place of an average of several; the paper takes 0.1.",
    )
    stabilise: float = number(
        1.0,
        hard=(0.0, 10.0),
        slider=(0.0, 2.0),
        label="Stabilise",
        help="Weight of the loss that wants the same answer to small changes, against flicker; 0 is faster.",
    )
    encoder: str = text(
        "",
        what="FILE",
        label="Encoder",
        help="VGG-19 as safetensors, whose features tell textures apart; by default features of the shot itself.",
    )
    take_over: float = number(
        0.5,
        hard=(0.0, 1.0),
        slider=(0.0, 1.0),
        label="Take over",
        help="Confidence of a given fill below which it is painted anew; 0 keeps it all, 1 nearly nothing.",
    )
    soften: float | None = number(
        4.0,
        hard=(0.0, 256.0),
        slider=(0.0, 32.0),
        unit=Unit.PIXELS,
        scaled=True,
        label="Soften",
        help="Width of the soft edge between a given fill and what is painted.",
    )
    texture: float = number(
        1.0,
        hard=(0.0, 1.0),
        slider=(0.0, 1.0),
        label="Texture",
        help="Share of the detail that a painting lacks which is taken from what a given fill painted by example.",
    )
    grain: float = grain_field()


def shipped_fits(network: str, width: float) -> bool:
    """Whether the weights that come with Paintout are of this network; a fit of another one begins with nothing."""
    return (network, width) == SHIPS_FOR


def _without_effect(params: InternalFitParams, taken: Collection[str]) -> dict[str, str]:
    idle = quality_without_effect(params)
    if params.start == SHIPPED and not shipped_fits(params.network, params.width):
        idle["start"] = "the weights that come with Paintout are of --network base and --width 0.5"
    if params.ambiguity == 0:
        idle["encoder"] = "--ambiguity is 0"
    if "fill" not in taken:
        idle.update(dict.fromkeys(("take_over", "soften", "texture"), "there is no fill to keep"))
    return idle


INTERNAL_FIT = Node(
    name="internal-fit",
    label="InternalFit",
    help="Paints the matte with a network fitted to this shot alone; of another fill it keeps what can be trusted.",
    paper="internal learning for video inpainting, after Ouyang, Wang and Chen (2021)",
    params=InternalFitParams,
    inputs=(PLATE_PORT, MATTE_PORT, FILL_PORT),
    outputs=(FILL, MATTE, CONFIDENCE, *PASSED_MOTION, PROVENANCE, STMAP),
    steps=(
        Step(
            name="fit",
            help="Fits the network to what the shot shows; stopped, it goes on where it was.",
            scope=Scope.SHOT,
            gpu=True,
            uses=(*FIT, "network", "width", "grow", "ambiguity", "stabilise", "encoder", "take_over", "soften"),
            run="nodes.processors.internal_fit.fit:run",
            state="nodes.engine.fit_index:fit_state",
            cost="nodes.processors.internal_fit.cost:fit",
            early_stop_params=("minutes",),
            random=True,
        ),
        Step(
            name="render",
            help="Paints every frame with the fitted network and joins it to the fill that was given.",
            scope=Scope.FRAMES,
            depends_on=("fit",),
            gpu=True,
            uses=("grow", "feather", "take_over", "soften", "texture", "grain"),
            run="nodes.processors.internal_fit.render:run",
            inputs="nodes.processors.internal_fit.inputs:render",
            cost="nodes.processors.internal_fit.cost:render",
            random=True,
        ),
    ),
    check="nodes.processors.internal_fit.check:check",
    without_effect=_without_effect,
)
