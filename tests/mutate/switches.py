"""The stages that cost time or change pixels, and how each is switched off."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["SWITCHES", "Switch"]

FLOW, PAINT, MOTION = "tests/vfxlib/flow_inpaint", "tests/vfxlib/spatial_fill", "tests/vfxlib/motion"
FIT, MATTE, DETAIL = "tests/vfxlib/internal_fit", "tests/vfxlib/mask_propagate", "tests/vfxlib/residual_hires"
GRAIN = "tests/vfxlib/grain"


@dataclass(frozen=True)
class Switch:
    """A constant that takes a stage away.

    stage         what is missing then
    module, name  where the constant stands
    value         a literal
    tests         what should fail
    """

    stage: str
    module: str
    name: str
    value: str
    tests: tuple[str, ...]

    def __str__(self) -> str:
        return f"{self.stage}: {self.module}.{self.name} = {self.value}"


SWITCHES = (
    Switch(
        "what crosses the background ends a track", "vfxlib.flow_inpaint.candidates", "RESIDUAL_CHANGE", "1e9", (FLOW,)
    ),
    Switch("outliers among candidates are out", "vfxlib.flow_inpaint.selection", "OUTLIER", "1e9", (FLOW,)),
    Switch("the nearer in time counts more", "vfxlib.flow_inpaint.selection", "TIME_DECAY", "0.0", (FLOW,)),
    Switch("neighbours decide where candidates differ", "vfxlib.flow_inpaint.mrf", "ROUNDS", "0", (FLOW,)),
    Switch("copies of another place are painted over", "vfxlib.flow_inpaint.fill", "ASTRAY", "1e9", (FLOW,)),
    Switch("hopeless copies are painted over", "vfxlib.flow_inpaint.border_error", "LEAST_HOPELESS", "1e9", (FLOW,)),
    Switch("drift is fitted on control points", "vfxlib.flow_inpaint.fill", "DRIFTS", "(0.1, 0.1, 0.1)", (FLOW,)),
    Switch("frames are told apart by likeness", "vfxlib.flow_inpaint.frame_likeness", "FEWEST", "1e9", (FLOW,)),
    Switch(
        "errors beside a hole are expected in it", "vfxlib.flow_inpaint.control_points", "MOST_WRONG", "0.0", (FLOW,)
    ),
    Switch("light is steadied by the mean", "vfxlib.flow_inpaint.temporal_mean", "ALIKE", "1e-9", (FLOW,)),
    Switch("grain is not averaged away", "vfxlib.flow_inpaint.temporal_mean", "SOFT_GRAIN", "0.0", (FLOW,)),
    Switch("texture is not given back as grain", "vfxlib.flow_inpaint.returned_grain", "FEWEST", "1e9", (FLOW,)),
    Switch("light is matched locally", "vfxlib.flow_inpaint.exposure", "MOST", "0.0", (FLOW,)),
    Switch("a long way astray is no worse", "vfxlib.flow_inpaint.expected_error", "FARTHEST", "1e9", (FLOW,)),
    Switch("control points set the scale of errors", "vfxlib.flow_inpaint.expected_error", "FEWEST", "1e9", (FLOW,)),
    Switch("patches are judged at the gap's own rim", "vfxlib.spatial_fill.paint", "RIM", "0", (PAINT,)),
    Switch("patches are judged by texture", "vfxlib.spatial_fill.holdout", "DETAIL_COST", "1e9", (PAINT,)),
    Switch("several places are judged", "vfxlib.spatial_fill.holdout", "PLACES", "1", (PAINT,)),
    Switch("large gaps are judged reduced", "vfxlib.spatial_fill.paint", "JUDGED", "1", (PAINT,)),
    Switch("seams are closed by Poisson blending", "vfxlib.spatial_fill.poisson", "ROUNDS", "0", (PAINT,)),
    Switch("patches take whole pixels at last", "vfxlib.spatial_fill.patch_match", "COPY_ROUNDS", "0", (PAINT,)),
    Switch("strength of texture is compared", "vfxlib.spatial_fill.patch_pyramid", "TEXTURE_WEIGHT", "0.0", (PAINT,)),
    Switch("a smooth fill relaxes", "vfxlib.spatial_fill.smooth", "ROUNDS", "0", (PAINT,)),
    Switch("a membrane relaxes", "vfxlib.spatial_fill.membrane", "ROUNDS", "0", (PAINT,)),
    Switch("registration is refined", "vfxlib.motion.refine", "ROUNDS", "0", (MOTION,)),
    Switch("flow that explains nothing is none", "vfxlib.motion.measure", "IMPROVEMENT", "1e9", (MOTION,)),
    Switch("a locked camera is found", "vfxlib.motion.register", "LOCKED", "0.0", (MOTION,)),
    Switch("large holes begin at a coarser level", "vfxlib.internal_fit.downsample", "DEEPEST", "1e9", (FIT,)),
    Switch("large plates begin at a coarser level", "vfxlib.internal_fit.downsample", "LONGEST", "1000000", (FIT,)),
    Switch("the fit learns how wrong it is", "vfxlib.internal_fit.objective", "NLL_WEIGHT", "0.0", (FIT,)),
    Switch("synthetic holes lie near the matte", "vfxlib.internal_fit.synthetic_holes", "NEAR", "0.0", (FIT,)),
    Switch("detail comes from the fill", "vfxlib.internal_fit.detail_transfer", "EQUAL", "1e9", (FIT,)),
    Switch("a painting is brought to what it meets", "vfxlib.internal_fit.seam", "DAMPING", "1e9", (FIT,)),
    Switch("grain that is there counts", "vfxlib.grain.regrain", "LIMIT", "0.0", (GRAIN,)),
    Switch("mattes are kept thin", "vfxlib.mask_propagate.edge", "THIN", "0", (MATTE,)),
    Switch("edges are as sharp as the key's", "vfxlib.mask_propagate.edge", "SHARPEST", "8.0", (MATTE,)),
    Switch("the training object is occluded", "vfxlib.mask_propagate.augment", "OCCLUDED", "0.0", (MATTE,)),
    Switch("velocities are refined", "vfxlib.motion.search", "STEPS", "()", (MOTION,)),
    Switch("a source must move alike", "vfxlib.motion.sightings", "MOTION_WEIGHT", "0.0", (MOTION,)),
    Switch("a step must be worth it", "vfxlib.motion.search", "BETTER", "1.0", (MOTION,)),
    Switch("neighbours move alike", "vfxlib.motion.search", "SMOOTHNESS", "0.0", (MOTION,)),
    Switch("things that move on their own are found", "vfxlib.motion.moving_things", "LEAST_SHARE", "1.0", (MOTION,)),
    Switch("things are aligned by what they look like", "vfxlib.motion.follow", "ALIGN_ROUNDS", "0", (MOTION,)),
    Switch("what changes its shape is no layer", "vfxlib.motion.moving_layers", "RIGID", "0.0", (MOTION,)),
    Switch("what may be hidden is unsure", "vfxlib.motion.moving_layers", "HIDDEN_REACH", "0.0", (MOTION,)),
    Switch("trajectories are fitted robustly", "vfxlib.motion.trajectory", "ROUNDS", "1", (MOTION,)),
    Switch("area averages are the fill's", "vfxlib.residual_hires.back_projection", "ROUNDS", "0", (DETAIL,)),
    Switch("the registration is made exact", "vfxlib.residual_hires.landmarks", "ROUNDS", "0", (DETAIL,)),
    Switch("flow is made exact", "vfxlib.residual_hires.flow_refinement", "ROUNDS", "0", (DETAIL,)),
    Switch("flow is made exact on a better picture", "vfxlib.residual_hires.matching", "ROUNDS", "0", (DETAIL,)),
    Switch("references that disagree count less", "vfxlib.residual_hires.temporal", "AGREEMENT", "1e9", (DETAIL,)),
    Switch("samples at a pixel's centre count more", "vfxlib.residual_hires.temporal", "PHASE", "1e9", (DETAIL,)),
    Switch("doubtful detail is damped", "vfxlib.residual_hires.temporal", "DISAGREEMENT", "0.0", (DETAIL,)),
    Switch("unlike detail is damped", "vfxlib.residual_hires.temporal", "UNLIKE", "-1e9", (DETAIL,)),
    Switch("a reference's own light is taken", "vfxlib.residual_hires.temporal", "OWN_LIGHT", "(2.0, 3.0)", (DETAIL,)),
    Switch("references are chosen by likeness", "vfxlib.residual_hires.references", "TEMPERATURE", "1e9", (DETAIL,)),
    Switch("references near in time come first", "vfxlib.residual_hires.references", "NEARNESS", "0.0", (DETAIL,)),
    Switch("light is matched", "vfxlib.residual_hires.likeness", "SAME_LIGHT", "1e9", (DETAIL,)),
    Switch("neighbours take detail together", "vfxlib.residual_hires.spatial", "ROUNDS", "0", (DETAIL,)),
    Switch("patches as bright as each other", "vfxlib.residual_hires.spatial", "BRIGHTNESS", "0.0", (DETAIL,)),
    Switch("patches that misfit give little", "vfxlib.residual_hires.spatial", "MISFIT", "1e9", (DETAIL,)),
    Switch("anchors keep made-up detail still", "vfxlib.residual_hires.leftover", "NEAREST", "0", (DETAIL,)),
    Switch("blocks of detail fade", "vfxlib.residual_hires.leftover", "WHOLE", "1", (DETAIL,)),
    Switch("a doubtful fill is bettered", "vfxlib.residual_hires.ground", "CERTAIN", "1e9", (DETAIL,)),
    Switch("references of a better fill agree", "vfxlib.residual_hires.ground", "AGREEMENT", "1e9", (DETAIL,)),
    Switch(
        "known pixels beside a hole are judged",
        "vfxlib.residual_hires.expected_error",
        "FEWEST",
        "1000000000",
        (DETAIL,),
    ),
    Switch("settled averages are in the error", "vfxlib.residual_hires.expected_error", "SETTLED", "0.0", (DETAIL,)),
)
