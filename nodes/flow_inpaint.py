"""FlowInpaint: fill the matte with what the camera saw there in other frames."""

from dataclasses import dataclass

from nodes.declare import Params, Unit, frame_files, integer, number
from nodes.fields import cuts_field, feather_field, find_cuts_field, grain_field, grow_field
from nodes.motion_steps import completion_field, completion_without_effect, flow_weights_field, motion_steps
from nodes.node import Node, Scope, Sources, Step
from nodes.ports import CONFIDENCE, FILL, MATTE, MATTE_PORT, MOTION, PLATE_PORT, PROVENANCE, STMAP

__all__ = ["FLOW_INPAINT", "FlowInpaintParams"]


@dataclass(frozen=True, kw_only=True)
class FlowInpaintParams(Params):
    """How far to look, what to replace and how to match it."""

    reach: int = integer(
        12,
        hard=(1, 240),
        slider=(1, 60),
        unit=Unit.FRAMES,
        label="Reach",
        help="How many frames before and after to search for uncovered background.",
    )
    grow: float = grow_field()
    feather: float = feather_field()
    flow_margin: float | None = number(
        12.0,
        hard=(0.0, 512.0),
        slider=(0.0, 64.0),
        unit=Unit.PIXELS,
        scaled=True,
        label="Flow margin",
        help="How far around the matte measured motion is distrusted; raise it where the object drags it along.",
    )
    source_margin: float | None = number(
        2.0,
        hard=(0.0, 256.0),
        slider=(0.0, 16.0),
        unit=Unit.PIXELS,
        scaled=True,
        label="Source margin",
        help="This near to its matte no frame is copied from if another shows the place; raise it where edges show.",
    )
    light_match: float = number(
        1.0,
        hard=(0.0, 1.0),
        slider=(0.0, 1.0),
        label="Light match",
        help="How much copied pixels are matched to the light of this frame; 0 copies them as they are.",
    )
    completion: str = completion_field()
    flow_weights: str = flow_weights_field()
    cuts: tuple[int, ...] = cuts_field()
    find_cuts: str = find_cuts_field()
    grain: float = grain_field()
    paint: tuple[tuple[int, str], ...] = frame_files(
        label="Paint", help="A frame that an artist has cleaned by hand; it is trusted in full as a source."
    )


def _sources(params: FlowInpaintParams, height: int) -> Sources:
    return Sources(
        reach=params.reach,
        margin=params.at(height)["source_margin"],
        cuts=params.cuts,
        find_cuts=params.find_cuts == "auto",
        painted=tuple(frame for frame, _ in params.paint),
    )


FLOW_INPAINT = Node(
    name="flow-inpaint",
    label="FlowInpaint",
    help="Fills the matte with pixels that other frames saw, carried along the motion of the background.",
    paper="flow completion and copying along trajectories, after Chatillon, Ballester, Haro, Arias and Raad (2020)",
    params=FlowInpaintParams,
    inputs=(PLATE_PORT, MATTE_PORT),
    outputs=(
        FILL,
        MATTE,
        CONFIDENCE,
        *MOTION,
        PROVENANCE,
        STMAP,
    ),
    steps=(
        *motion_steps(),
        Step(
            name="paint",
            help="Paints what no frame saw on a few key frames, from which it is carried to all.",
            scope=Scope.SHOT,
            depends_on=("register", "complete"),
            reach=lambda params: params.reach,
            uses=("reach", "grow", "source_margin", "light_match", "grain", "paint"),
            run="nodes.processors.flow_inpaint.paint:run",
            inputs="nodes.processors.flow_inpaint.paint_index:paint_inputs",
            state="nodes.processors.flow_inpaint.paint_index:paint_state",
            random=True,
        ),
        Step(
            name="render",
            help="Copies each pixel once from the frame that saw it best and paints what no frame saw.",
            scope=Scope.FRAMES,
            depends_on=("register", "complete", "paint"),
            reach=lambda params: params.reach,
            uses=("reach", "grow", "feather", "source_margin", "light_match", "grain", "paint"),
            run="nodes.processors.flow_inpaint.render:run",
            inputs="nodes.processors.flow_inpaint.inputs:render",
            cost="nodes.processors.flow_inpaint.cost:render",
            random=True,
        ),
    ),
    check="nodes.processors.sources_check:check",
    without_effect=lambda params, taken: completion_without_effect(params),
    sources=_sources,
)
