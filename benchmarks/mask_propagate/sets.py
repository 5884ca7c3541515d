"""The plates that mattes are carried over: where each lies, its keys, its truth, what must be reached."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.bench.sets import CACHE, LINEAR, ROOT, SHARED, Goal, PreparedSet
from benchmarks.mask_propagate.iou import Mask
from vfxlib.image.reframe import reframe
from vfxlib.inputs.matte import open_matte
from vfxlib.io.footage import Footage, open_footage
from vfxlib.io.frames import format_frames
from vfxlib.layer_names import OBJECT_THRESHOLD

__all__ = [
    "MATTE_SETS",
    "KeyedShot",
    "MatteSet",
    "find_matte_set",
    "keyed_shot",
    "missing_matte_files",
    "open_keyed_shot",
]

RESULTS = CACHE / "results"


@dataclass(frozen=True)
class MatteSet:
    """One plate: how it is called, what it must reach with its first frame's true matte as the only key.

    iou, recall  goals, as shares
    channel      of the true matte; "" for the only one
    note         what one should know of it
    """

    name: str
    iou: Goal
    recall: Goal
    note: str
    channel: str = ""


MATTE_SETS = (
    MatteSet("blackswan", Goal(0.88, 0.95), Goal(0.97, 0.99), "854x480, 50 frames"),
    MatteSet(
        "tennis",
        Goal(0.78, 0.88),
        Goal(0.93, 0.98),
        "854x480, 70 frames; its true matte stands well over ten pixels off the player and holds his shadow too",
    ),
    MatteSet("bmx-trees", Goal(0.50, 0.75), Goal(0.88, 0.97), "854x480, 80 frames, rider and bike joined"),
    MatteSet("street", Goal(0.90, 0.97), Goal(0.98, 0.995), "480x270, 12 frames, A", "A"),
    MatteSet("demo", Goal(0.90, 0.95), Goal(0.97, 0.99), "544x306, 16 frames, object.A, with a thin pole", "object.A"),
)


@dataclass(frozen=True)
class KeyedShot:
    """A shot on disk with its keys.

    name    of the results
    ready   its matte is the true one, of which the keys are taken; its truth is the plate without the object
    frames  those that are worked on
    keys    frames whose true matte is given
    part    True if they are not all frames that there are
    root    folder of the results of all shots
    """

    name: str
    ready: PreparedSet
    frames: tuple[int, ...]
    keys: tuple[int, ...]
    part: bool = False
    root: Path = RESULTS

    @property
    def plate(self) -> Footage:
        return self.ready.footage

    @property
    def results(self) -> Path:
        """The folder of what was made of it."""
        return self.root / self.name

    @property
    def label(self) -> str:
        """Tells its results from those with other keys or frames."""
        return f"{len(self.keys)}" + (f"-of{len(self.frames)}" if self.part else "")

    @property
    def words(self) -> list[str]:
        """The options that name the plate and its keys, for our command and for the peers."""
        mattes = open_footage(self.ready.matte)
        words = ["--plate", str(self.ready.plate)]
        words += [word for key in self.keys for word in ("--key", f"{key}={mattes.path(key)}")]
        words += ["--matte-channel", self.ready.channel] if self.ready.channel else []
        return words + (["--frames", format_frames(self.frames)] if self.part else [])

    def mattes(self, folder: Path, channel: str = "") -> dict[int, NDArray[np.float32]]:
        """Mattes of all frames, [h w] 0..1 over the display window.

        raises  MatteError, SequenceError if one is missing or of another size
        """
        matte, display = open_matte(str(folder), channel), self.plate.header(self.frames[0]).display
        return {number: reframe(*matte.read(number, display), display) for number in self.frames}

    def truths(self) -> dict[int, Mask]:
        """Where the object is, by its true matte above 0.5."""
        return {
            number: matte > OBJECT_THRESHOLD
            for number, matte in self.mattes(self.ready.matte, self.ready.channel).items()
        }


def find_matte_set(name: str) -> MatteSet:
    """The plate of that name."""
    return next(plates for plates in MATTE_SETS if plates.name == name)


def _folder(plates: MatteSet) -> Path:
    return ROOT / "demo" if plates.name == "demo" else SHARED / "plates" / plates.name


def missing_matte_files(plates: MatteSet) -> str:
    """What a plate needs and is not there; "" if it can be measured."""
    folder = _folder(plates)
    return ", ".join(str(folder / part) for part in ("plate", "matte") if not (folder / part).exists())


def keyed_shot(plates: MatteSet, keys: int, first: int = 0, channel: str = "") -> KeyedShot:
    """A plate with its keys: 1 is the first frame, 3 are the first, the middle and the last.

    first    takes only so many frames; 0 takes all
    channel  of the true matte in place of the plate's own
    """
    folder = _folder(plates)
    options = () if open_footage(folder / "plate").format == "exr" else ("--output-colorspace", LINEAR)
    truth = folder / "truth_grain"
    ready = PreparedSet(folder / "plate", folder / "matte", truth, channel or plates.channel, options)
    return open_keyed_shot(f"{plates.name}-{channel}" if channel else plates.name, ready, keys, first)


def open_keyed_shot(name: str, ready: PreparedSet, keys: int, first: int = 0, root: Path = RESULTS) -> KeyedShot:
    """The same of any shot on disk.

    root  folder of the results of all shots
    """
    there = ready.footage.frames
    frames = there[:first] if first else there
    places = {1: (0,), 3: (0, len(frames) // 2, len(frames) - 1)}[keys]
    return KeyedShot(name, ready, frames, tuple(frames[place] for place in places), len(frames) < len(there), root)
