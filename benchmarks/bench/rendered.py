"""The rendered sets: shots of hard classes, made by our own Blender scripts, two of each class.

One of a class is for tuning. The other is only ever measured: nobody looks at it to choose a value, and none is ever
moved from measuring to tuning or back. Both differ in surroundings, light, camera, materials and seeds.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

__all__ = [
    "CLASSES",
    "MEASURING",
    "RENDERED",
    "RENDERED_SETS",
    "TUNING",
    "RenderedSet",
    "bpy_python",
    "find_rendered_set",
]

RENDERED = Path(__file__).parents[2] / "build" / "sets"  # where they lie

TUNING, MEASURING = "tuning", "measuring"
CLASSES = ("wires", "flicker", "crossing", "behind", "fast_pan", "dolly", "zoom", "cut")


@dataclass(frozen=True)
class RenderedSet:
    """One shot, 480x270, from frame 1001 on.

    name      "CLASS_PLACE"; the place is the function in ``rendered_sets.in_blender`` that builds it
    kind      one of ``CLASSES``
    use       ``TUNING`` or ``MEASURING``, for good
    frames    how many
    shutter   the part of a frame's time in which it is exposed; 0 for no motion blur
    grain     standard deviation at a light of 0.18, scene-linear
    seed      of the grain and of the renderer
    takes     index of the first frame of each take: more than one where there is a cut
    samples   of the renderer for each pixel, before denoising
    shadow    False of a thing so thin and far from all behind it that its shadow cannot be seen; it casts none
    """

    name: str
    kind: str
    use: str
    frames: int
    shutter: float
    grain: float
    seed: int
    takes: tuple[int, ...] = (0,)
    samples: int = 6
    shadow: bool = True

    @property
    def place(self) -> str:
        """What it shows, and what the function is called that builds it."""
        return self.name.removeprefix(f"{self.kind}_")


RENDERED_SETS = (
    # three slack cables before a quarry's rock, carried by hand
    RenderedSet("wires_quarry", "wires", TUNING, 12, 0.5, 0.006, 101, shadow=False),
    # chains and a pole before a brick back street, carried by hand, evening
    RenderedSet("wires_backstreet", "wires", MEASURING, 12, 0.5, 0.008, 102, shadow=False),
    # a barrel rocks in a cellar lit by a fire, locked camera
    RenderedSet("flicker_cellar", "flicker", TUNING, 12, 0.0, 0.010, 201),
    # a gas bottle sways in a tiled wash-house under a failing tube, locked camera
    RenderedSet("flicker_washhouse", "flicker", MEASURING, 12, 0.0, 0.007, 202),
    # a hand cart rolls behind somebody who stands in a market, locked camera
    RenderedSet("crossing_market", "crossing", TUNING, 12, 0.4, 0.006, 301),
    # a cyclist rides and somebody walks behind a waiting robot on a platform, carried by hand
    RenderedSet("crossing_platform", "crossing", MEASURING, 12, 0.4, 0.007, 302),
    # somebody stands behind what goes, a robot that drives past
    RenderedSet("behind_garden", "behind", TUNING, 12, 0.3, 0.005, 401),
    # two people stand in a workshop behind somebody who walks to and fro
    RenderedSet("behind_workshop", "behind", MEASURING, 12, 0.4, 0.009, 402),
    # the camera pans with a cart that rolls along a hedge, a cyclist half behind it
    RenderedSet("fast_pan_hedge_row", "fast_pan", TUNING, 12, 0.5, 0.006, 501, samples=10),
    # the camera pans with a cyclist before an arcade, somebody else walks there
    RenderedSet("fast_pan_arcade", "fast_pan", MEASURING, 12, 0.5, 0.007, 502, samples=10),
    # past columns and pots; somebody stands in a yard
    RenderedSet("dolly_colonnade", "dolly", TUNING, 12, 0.4, 0.006, 601),
    # into a wood, past its trunks; a sign post
    RenderedSet("dolly_wood", "dolly", MEASURING, 12, 0.4, 0.007, 602),
    # in on a shop front that somebody walks past
    RenderedSet("zoom_shopfront", "zoom", TUNING, 12, 0.4, 0.006, 701),
    # out from stacked containers; a drum rolls by
    RenderedSet("zoom_harbour", "zoom", MEASURING, 12, 0.4, 0.008, 702),
    # from one end of a station's hall to the other; somebody walks
    RenderedSet("cut_station", "cut", TUNING, 14, 0.4, 0.007, 801, takes=(0, 7)),
    # from a barn's front to its side; a cart
    RenderedSet("cut_farm", "cut", MEASURING, 14, 0.4, 0.006, 802, takes=(0, 6)),
)


def find_rendered_set(name: str) -> RenderedSet:
    """The rendered set of that name."""
    return next(one for one in RENDERED_SETS if one.name == name)


def bpy_python() -> Path:
    """The Python that has Blender as a module, whether it is there or not; PAINTOUT_BPY_PYTHON names another."""
    given = os.environ.get("PAINTOUT_BPY_PYTHON")
    return Path(given) if given else Path(__file__).parents[2] / ".venv-bpy" / "bin" / "python"
