"""A shot whose camera pans over a texture, and fills of it: right, with a pop, with a slide."""

import numpy as np
from scipy import ndimage

from tests import exr
from vfxlib.colour.ocio import Colours, open_colours
from vfxlib.io.footage import Footage, open_footage
from vfxlib.review.frame_view import FrameView

SIZE = (144, 96)  # width, height
FRAMES = range(1001, 1015)
PAN = 2.0  # pixels a frame
POPPED = 1007


def texture(kind: str = "plain", number: int = 1001) -> np.ndarray:
    """[h w 3] 0..1, what the camera sees on a frame; of a fill that is not right, where it is filled."""
    wide = np.random.default_rng(3).random((SIZE[1] + 40, SIZE[0] + 120, 3))
    wide = ndimage.gaussian_filter(wide, (2, 2, 0))
    wide = 0.5 + 2.2 * (wide - 0.5)
    at = PAN * (number - FRAMES[0])
    if kind == "slide":
        at += 1.0 * (number - FRAMES[0])
    seen = ndimage.shift(wide, (0, -at, 0), order=1)[20 : 20 + SIZE[1], 10 : 10 + SIZE[0]]
    return np.clip(seen * (1.12 if kind == "pop" and number == POPPED else 1.0), 0, 1)


def hole() -> np.ndarray:
    """[h w] what was removed, on every frame."""
    inside = np.zeros((SIZE[1], SIZE[0]), bool)
    inside[26:72, 40:100] = True
    return inside


def layers(motion: bool = True) -> dict[str, np.ndarray]:
    """The data layers of a frame."""
    still = np.zeros((SIZE[1], SIZE[0]), np.float32)
    made = {
        "matte.A": hole().astype(np.float32),
        "confidence.A": np.where(hole(), 0.9, 1).astype(np.float32),
        "provenance.method": np.where(hole(), 2, 0).astype(np.float32),
    }
    if motion:
        made |= {"forward.u": still - PAN, "forward.v": still, "backward.u": still + PAN, "backward.v": still}
    return made


def views(kind: str, motion: bool = True) -> list[tuple[int, FrameView]]:
    """Every frame as it is looked at."""
    made = []
    for number in FRAMES:
        plate, fill = texture(number=number), texture(kind, number)
        result = np.where(hole()[..., None], fill, plate)
        seen = (np.round(each * 255).astype(np.uint8) for each in (np.where(hole()[..., None], 0.9, plate), result))
        made.append((number, FrameView(*seen, layers(motion), 1, 1.0)))
    return made


def write_shot(folder, kind: str = "plain", frames=FRAMES, **more: np.ndarray) -> tuple[Footage, Footage, Colours]:
    """Result and plate as files, and their colour.

    more  data layers that stand in place of the usual ones
    """
    for number in frames:
        plate, fill = texture(number=number), texture(kind, number)
        for name, inside in (("plate", np.full_like(plate, 0.9)), ("out", fill)):
            picture = np.where(hole()[..., None], inside, plate).astype(np.float16) ** 2
            data = (
                {name: layer.astype(np.float16) for name, layer in (layers() | more).items()} if name == "out" else {}
            )
            channels = {letter: picture[..., i] for i, letter in enumerate("RGB")} | data
            exr.write(folder / name / f"f.{number}.exr", channels, SIZE)
    plate_files = open_footage(str(folder / "plate"))
    header = plate_files.header(plate_files.frames[0])
    colours = open_colours(config="ocio://studio-config-latest", colorspace=None, output_colorspace=None, header=header)
    return open_footage(str(folder / "out")), plate_files, colours
