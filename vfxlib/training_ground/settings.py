"""What the scenes of the training ground are like."""

from dataclasses import dataclass

__all__ = ["SceneSettings"]


@dataclass(frozen=True)
class SceneSettings:
    """How scenes are drawn; a range is (least, most), drawn anew for every sample.

    Lengths that follow the picture are shares of its longer side, speeds are such shares a frame.

    size          height and width of a frame, pixels
    frames        T, how many a clip has
    batch         B, how many clips are drawn at once
    planes        nearer, standing parts of the background, cut out before the plane that fills the frame
    behind        moving things that belong to the background: they stay in the truth
    front         moving things that must go: they are what the mattes hold
    share         how much of a frame the things in front are to cover together, if they lie wholly inside
    speed         of the background; some cameras are locked nevertheless
    own_speed     of what moves by itself
    still         share of the things in front that barely move before what is behind them, so that it is never seen
    pinned        share of the things in front that stay at their place in the frame, as dirt on a lens does
    strokes       share of the things in front that are strokes
    wires         share of the things in front that are wires, one to three pixels wide
    margin        pixels by which a matte is larger than its thing
    softness      width of a thing's edge, pixels
    drift         standard deviation of the light's change, stops a frame
    blur          share of the draws whose frames have motion blur, the whole batch alike
    shutter       of those, part of a frame's time in which it is exposed
    blur_samples  moments that are averaged for it, an odd number
    grain         standard deviation at a light of 0.18
    eight_bit     share of clips that were 8-bit pictures with sRGB's curve
    ten_bit       share of clips that were 10-bit pictures with a log curve
    visibility    False to leave out which frames show what, which takes as long as the pictures in long clips
    """

    size: tuple[int, int] = (128, 128)
    frames: int = 6
    batch: int = 8
    planes: tuple[int, int] = (0, 2)
    behind: tuple[int, int] = (0, 3)
    front: tuple[int, int] = (1, 3)
    share: tuple[float, float] = (0.03, 0.25)
    speed: tuple[float, float] = (0.002, 0.06)
    own_speed: tuple[float, float] = (0.004, 0.08)
    still: float = 0.15
    pinned: float = 0.1
    strokes: float = 0.2
    wires: float = 0.15
    margin: tuple[float, float] = (1.0, 4.0)
    softness: tuple[float, float] = (1.0, 2.5)
    drift: float = 0.03
    blur: float = 0.3
    shutter: tuple[float, float] = (0.2, 0.7)
    blur_samples: int = 5
    grain: tuple[float, float] = (0.0, 0.012)
    eight_bit: float = 0.3
    ten_bit: float = 0.2
    visibility: bool = True
