"""The plates that figures are measured on, prepared once into a cache folder."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from benchmarks.bench.pan import Pan, make_footage, make_pan
from benchmarks.bench.rendered import RENDERED, RENDERED_SETS, bpy_python
from vfxlib.io.footage import Footage, open_footage

__all__ = [
    "CACHE",
    "LINEAR",
    "ROOT",
    "SETS",
    "SHARED",
    "Goal",
    "PlateSet",
    "PreparedSet",
    "find_set",
    "missing_files",
    "moving_pan",
    "prepare",
    "prepare_swapped",
    "prepare_swapped_pan",
]

ROOT = Path(__file__).parents[2]
CACHE = ROOT / "build" / "bench"
SHARED = ROOT.parent / "shared"
SMALL = (432, 240)
FRAMES = 24
LINEAR = "Linear Rec.709 (sRGB)"
PHOTO = "hillside.jpg"
SHAPES = "tennis"  # whose mattes lie over a pan
UHD = (3840, 2160)


@dataclass(frozen=True)
class Goal:
    """What a set must reach.

    must, aim  dB
    grain      True where the fill must be as grainy as the truth
    """

    must: float
    aim: float
    grain: bool = False


@dataclass(frozen=True)
class PlateSet:
    """One set: how it is called, what it needs, what it must reach; ``clean_plate.page`` says what is to be seen.

    kind    "street", "swapped" (footage under the mattes of another), "pan", "demo" or "rendered"
    parts   of "swapped": the footage and whose mattes; of "pan": the photograph and "moving" or "still"
    goal    None of what is compared with the plain methods alone
    use     of "rendered": ``rendered.TUNING`` or ``rendered.MEASURING``
    """

    name: str
    kind: str
    parts: tuple[str, ...]
    goal: Goal | None
    use: str = ""


@dataclass(frozen=True)
class PreparedSet:
    """A set on disk.

    plate, matte, truth  folders
    channel              of the matte; "" for the only one
    options              what else our command needs
    """

    plate: Path
    matte: Path
    truth: Path
    channel: str = ""
    options: tuple[str, ...] = field(default=())

    @property
    def inputs(self) -> list[str]:
        """The options that name plate and matte, for our command and for the peers."""
        words = ["--plate", str(self.plate), "--matte", str(self.matte)]
        return words + (["--matte-channel", self.channel] if self.channel else [])

    @property
    def footage(self) -> Footage:
        return open_footage(self.plate)


SETS = (
    PlateSet("street", "street", (), Goal(23, 26, grain=True)),
    PlateSet("blackswan", "swapped", ("blackswan", "tennis"), Goal(21.5, 24)),
    PlateSet("bmx-trees", "swapped", ("bmx-trees", "blackswan"), Goal(20.5, 23)),
    PlateSet("tennis", "swapped", ("tennis", "bmx-trees"), Goal(27, 29)),
    PlateSet("hillside", "pan", (PHOTO, "moving"), Goal(33, 36, grain=True)),
    PlateSet("still", "pan", (PHOTO, "still"), Goal(42, 43.5)),
    PlateSet("demo", "demo", (), Goal(24, 27)),
    *(PlateSet(one.name, "rendered", (), None, one.use) for one in RENDERED_SETS),
)


def find_set(name: str) -> PlateSet:
    """The set of that name."""
    return next(plates for plates in SETS if plates.name == name)


def missing_files(plates: PlateSet) -> str:
    """What a set needs and is not there; "" if it can be measured."""
    match plates.kind:
        case "street":
            needed = [SHARED / "plates" / "street" / "plate"]
        case "swapped":
            needed = [SHARED / "plates" / part for part in plates.parts]
        case "pan":
            needed = [SHARED / "plates" / "photos" / plates.parts[0]]
        case "rendered":
            needed = [] if (RENDERED / plates.name / "made.json").exists() else [bpy_python()]
        case _:
            needed = [ROOT / "demo" / part for part in ("plate", "matte", "truth")]
    absent = [str(path) for path in needed if not path.exists()]
    return ", ".join(absent)


def prepare(plates: PlateSet) -> PreparedSet:
    """Make a set ready; what is in the cache is used as it is."""
    match plates.kind:
        case "street":
            street = SHARED / "plates" / "street"
            return PreparedSet(street / "plate", street / "matte", street / "truth_grain", "effect.A")
        case "swapped":
            return prepare_swapped(plates, SMALL, FRAMES, CACHE / plates.name)
        case "pan":
            folder = CACHE / plates.name
            if not (folder / "done").exists():
                _make_pan(folder, SHARED / "plates" / "photos" / plates.parts[0], still=plates.parts[1] == "still")
                (folder / "done").touch()
            return PreparedSet(folder / "plate", folder / "matte", folder / "truth", "A")
        case "rendered":
            folder = RENDERED / plates.name
            if bpy_python().exists() or not (folder / "made.json").exists():
                _render(plates.name)
            return PreparedSet(folder / "plate", folder / "matte", folder / "truth", "effect.A")
        case _:
            demo = ROOT / "demo"
            return PreparedSet(demo / "plate", demo / "matte", demo / "truth")


def prepare_swapped(plates: PlateSet, size: tuple[int, int], frames: int, folder: Path) -> PreparedSet:
    """A set of kind "swapped" at some size; what is in its folder is used as it is."""
    assert plates.kind == "swapped"
    if not (folder / "done").exists():
        pictures, shapes = (SHARED / "plates" / part for part in plates.parts)
        _swap_mattes(folder, pictures / "plate", shapes / "matte", size=size, frames=frames)
        (folder / "done").touch()
    return _swapped(folder)


def prepare_swapped_pan(size: tuple[int, int], frames: int, folder: Path) -> PreparedSet:
    """A moving camera over a photograph under the mattes of footage, at some size of one shot made at 3840x2160."""
    footage, photo = CACHE / f"{UHD[0]}x{UHD[1]}x{frames}", SHARED / "plates" / "photos" / PHOTO
    if not (footage / "done").exists():
        make_footage(footage / "plate", Pan(UHD, frames), photo)
        (footage / "done").touch()
    if not (folder / "done").exists():
        _swap_mattes(folder, footage / "plate", SHARED / "plates" / SHAPES / "matte", size=size, frames=frames)
        (folder / "done").touch()
    return _swapped(folder)


def _swapped(folder: Path) -> PreparedSet:
    options = ("--output-colorspace", LINEAR)
    return PreparedSet(folder / "plate", folder / "matte", folder / "truth", "", options)


def moving_pan(width: int, height: int, frames: int) -> PreparedSet:
    """A moving camera over a photograph, kept in the cache; over a made-up picture where there is no photograph."""
    folder = CACHE / f"pan{width}x{height}x{frames}"
    if not (folder / "done").exists():
        photo = SHARED / "plates" / "photos" / PHOTO
        make_pan(folder, Pan((width, height), frames), photo if photo.exists() else None)
        (folder / "done").touch()
    return PreparedSet(folder / "plate", folder / "matte", folder / "truth")


def _swap_mattes(folder: Path, pictures: Path, shapes: Path, *, size: tuple[int, int], frames: int) -> None:
    """Footage shrunk by area, or enlarged by cubic, under another footage's mattes, paired by order."""
    files, mattes = (sorted(path.iterdir())[:frames] for path in (pictures, shapes))
    for part in ("plate", "matte", "truth"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    for number, (picture, shape) in enumerate(zip(files, mattes, strict=True), 1):
        clean = np.asarray(cv2.imread(str(picture)))
        how = cv2.INTER_AREA if size[0] <= clean.shape[1] else cv2.INTER_CUBIC
        clean = cv2.resize(clean, size, interpolation=how)
        removed = np.asarray(cv2.imread(str(shape))).max(axis=2)
        removed = cv2.resize(removed, size, interpolation=cv2.INTER_NEAREST) > 0
        for part, pixels in (("plate", clean), ("truth", clean), ("matte", removed.astype(np.uint8) * 255)):
            cv2.imwrite(str(folder / part / f"{part}.{number:04d}.png"), pixels)


def _render(name: str) -> None:
    """By a command of its own, which leaves alone what it has made before."""
    words = [sys.executable, "-m", "benchmarks.rendered_sets", "--only", name]
    subprocess.run(words, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def _make_pan(folder: Path, photo: Path, *, still: bool) -> None:
    """The reference program makes it where it is at hand, so that figures compare with those it gave before."""
    size, frames = (1728, 960), 12
    program = SHARED / "tools" / "make_pan.py"
    if not program.exists():
        make_pan(folder, Pan(size, frames, still), photo)
        return
    words = [str(program), str(photo), str(folder), "--size", "{}x{}".format(*size), "--frames", str(frames)]
    subprocess.run([sys.executable, *words, *(["--static"] if still else [])], check=True, stdout=subprocess.DEVNULL)
