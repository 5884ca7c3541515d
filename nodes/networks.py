"""The networks that learn from made scenes before they meet a shot, as plain values, and what a training is given."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from nodes.declare import Params, Unit, field_of, integer, number, text
from nodes.shot import Output

__all__ = ["FLOW_REFINEMENT", "NETWORKS", "PACK", "PAINTER", "Network", "Training"]


@dataclass(frozen=True, kw_only=True)
class Network:
    """A network that ``paintout train`` makes.

    Functions are named as "module:function", so that declarations import nothing.

    name        as in the shell: "flow-refinement"
    help        one sentence: what it is for
    paper       where the method is from
    objective   ``(draw, held_out, device, seed, settings) -> TrainingObjective``; ``draw`` and ``held_out`` are given a
                step and return a batch of clips
    sampler     the class of what draws clips: ``(pictures, scenes, device, seed)`` with a method ``draw(step)``
    scenes      the class of the sampler's settings
    settings    what the network is built from, where it is not the default
    scene       what its scenes are like, where it is not the default: fields of ``scenes``
    batch       samples of a step on a GPU
    steps       of a training that is given neither steps nor minutes
    rate        learning rate between warm-up and decay
    small_...   the same on a processor: of settings and scene the fields that differ from a GPU's, of the rate 0 if it
                does not differ
    betas       of Adam: how long it remembers the gradient, and its square
    ships       name of the file of weights that comes with Paintout; "" if none does
    limits      sentences for the card: where it is known to be of no use
    """

    name: str
    help: str
    paper: str
    objective: str
    sampler: str
    scenes: str
    settings: Mapping[str, int | float | str] = field(default_factory=dict)
    scene: Mapping[str, object] = field(default_factory=dict)
    small_settings: Mapping[str, int | float | str] = field(default_factory=dict)
    small_scene: Mapping[str, object] = field(default_factory=dict)
    batch: int = 16
    small_batch: int = 2
    steps: int = 20_000
    rate: float = 1e-3
    small_rate: float = 0.0
    betas: tuple[float, float] = (0.9, 0.98)
    ships: str = ""
    limits: tuple[str, ...] = ()

    def on(self, device_kind: str) -> Network:
        """The network as a device of that kind trains it: "cpu", "cuda" or "mps"."""
        if device_kind != "cpu":
            return self
        return replace(
            self,
            settings={**self.settings, **self.small_settings},
            scene={**self.scene, **self.small_scene},
            batch=self.small_batch,
            rate=self.small_rate or self.rate,
        )


PACK = "vfxlib.training_pack.pack:read_pack"
"""``(path) -> pack`` reads what ``--data`` names: pictures for scenes, where they are from, SHA-256."""

FLOW_REFINEMENT = Network(
    name="flow-refinement",
    help="Completes the motion of the background inside holes, from what is measured around them in several frames.",
    paper="Towards video inpainting: joint inpainting of motion and dynamic shapes, section 3",
    objective="vfxlib.pretraining.flow_objective:open_flow_objective",
    sampler="vfxlib.training_ground.sampler:SceneSampler",
    scenes="vfxlib.training_ground.settings:SceneSettings",
    scene={"size": (48, 48), "frames": 6, "visibility": False, "blur": 0.0},
    settings={"channels": 16, "blocks": 1, "steps": 6, "unit": 2.0},
    batch=128,
    small_batch=4,
    rate=2e-3,
    ships="flow-refinement.safetensors",
    limits=(
        "It has seen made scenes only: planes that homographies move, and flat things before them; no smoke, no water.",
        "Holes whose middle is farther from known motion than its updates reach keep a smooth fill there.",
    ),
)

PAINTER = Network(
    name="painter",
    help="Paints holes of single pictures; a start for internal-fit, which then fits it to a shot.",
    paper="Implicit internal video inpainting, A.1, trained beforehand",
    objective="vfxlib.internal_fit.pretraining:open_painter_objective",
    sampler="vfxlib.training_ground.sampler:SceneSampler",
    scenes="vfxlib.training_ground.settings:SceneSettings",
    scene={"size": (128, 128), "frames": 1, "visibility": False, "share": (0.04, 0.3), "wires": 0.05},
    settings={"outputs": 4, "width": 0.5, "padding": "zeros", "head": "linear"},
    batch=256,
    small_batch=4,
    rate=2e-3,
    ships="painter.safetensors",
    limits=(
        "It is the network of internal-fit's defaults, --network base and --width 0.5, and starts no other.",
        "It has not met the shot: by itself, without a fit, it paints what is likely anywhere, and softly.",
    ),
)

STA = Network(
    name="sta",
    help="Paints holes of a frame from other frames that it lays over it, and what none shows from the frame itself.",
    paper="spatial-temporal residual aggregation for high resolution video inpainting (2021), section 3.2",
    objective="vfxlib.pretraining.sta_objective:open_sta_objective",
    sampler="vfxlib.training_ground.sampler:SceneSampler",
    scenes="vfxlib.training_ground.settings:SceneSettings",
    scene={"size": (96, 96), "frames": 5, "visibility": False},
    settings={"channels": 16, "affine": 16, "spatial": 8},
    batch=32,
    small_batch=2,
    limits=(
        "It has seen made scenes only: planes that homographies move, and flat things before them; no smoke, no water.",
        "It was shown four references; at work it takes more, each weighed by itself.",
    ),
)

CYCLE = Network(
    name="cycle",
    help="Finds damage of footage and fills it, from one marked frame to the next: scratches, dirt, logos, drops.",
    paper="Semi-supervised video inpainting with cycle consistency constraints",
    objective="vfxlib.pretraining.cycle_objective:open_cycle_objective",
    sampler="vfxlib.training_ground.corruption_sampler:CorruptionSampler",
    scenes="vfxlib.training_ground.corruption_sampler:CorruptionSettings",
    scene={"size": (256, 256), "frames": 6},
    small_scene={"size": (48, 48)},
    settings={"channels": 32},
    small_settings={"channels": 16},
    batch=8,
    small_batch=4,
    rate=1e-4,
    small_rate=2e-3,
    betas=(0.9, 0.999),
    limits=(
        "It has seen made damage on made scenes only.",
        "It looks at two frames to either side: what hides a place on all of them is painted, not found elsewhere.",
    ),
)

NETWORKS: tuple[Network, ...] = (FLOW_REFINEMENT, PAINTER, STA, CYCLE)


@dataclass(frozen=True, kw_only=True)
class Training(Params):
    """What a training is given."""

    out: str = text(
        "",
        what="FILE",
        label="Output",
        help="The weights, NAME.safetensors; beside them their card, NAME.md, and the curve, NAME.png.",
    )
    data: str = text(
        "",
        what="FILE",
        label="Data",
        help="A pack of pictures for the scenes, as paintout train data makes it; by default made surfaces.",
    )
    steps: int = integer(
        0,
        hard=(0, 100_000_000),
        slider=(0, 100_000),
        label="Steps",
        help="How many steps are taken; 0 takes as many as the network's declaration says.",
    )
    minutes: float = number(
        0.0,
        hard=(0.0, 100_000.0),
        slider=(0.0, 600.0),
        unit=Unit.MINUTES,
        label="Minutes",
        help="How long it trains, in place of steps; 0 for no limit. The result then depends on the machine's speed.",
    )
    start: str = text(
        "", what="FILE", label="Start", help="Weights of the same network to begin with; by default from nothing."
    )
    device: str = field_of(Output, "device")
    seed: int = integer(
        0, hard=(0, 2**31 - 1), slider=(0, 100), label="Seed", help="Seed of the network's start and of all scenes."
    )
