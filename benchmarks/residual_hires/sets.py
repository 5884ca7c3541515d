"""The plates on which detail is measured: a camera over photographs, the rendered street, and footage."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from functools import lru_cache

from benchmarks.bench.sets import CACHE, SHARED, find_set, missing_files, prepare_swapped
from benchmarks.residual_hires.detail_shot import DetailShot, open_detail_shot

__all__ = ["DETAIL_SETS", "DetailSet", "find_detail_set", "missing_detail_files", "open_detail_set"]

SIZE, FRAMES = "1728x960", 16
FOOTAGE = (854, 480)  # of what is filmed: known pixels are taken for the hole, moved there with another shot's mattes


@dataclass(frozen=True)
class DetailSet:
    """One set.

    name    how it is called
    photo   that the camera moves over; "" for the rendered street and for footage
    factor  plate pixels per pixel of the fill
    must    dB over bilinear that it must reach; None where it is only measured
    aim     dB that are aimed at
    tuned   True for a set that thresholds were chosen on
    """

    name: str
    photo: str
    factor: float
    must: float | None
    aim: float | None
    tuned: bool


DETAIL_SETS = (
    DetailSet("hillside", "hillside.jpg", 4, 6.0, 9.0, True),
    DetailSet("poppies", "poppies.jpg", 4, 6.0, 9.0, False),
    DetailSet("street", "", 2, None, None, True),
    DetailSet("blackswan", "", 2, None, None, False),
    DetailSet("tennis", "", 2, None, None, False),
)


def find_detail_set(name: str) -> DetailSet:
    """The set of that name."""
    return next(each for each in DETAIL_SETS if each.name == name)


def missing_detail_files(each: DetailSet) -> str:
    """What a set needs and is not there; "" if it can be measured."""
    if not each.photo:
        return missing_files(find_set(each.name))
    photo, mattes = SHARED / "plates" / "photos" / each.photo, SHARED / "plates" / "tennis" / "matte"
    needed = [photo, mattes, SHARED / "tools" / "make_pan.py"]
    return ", ".join(str(path) for path in needed if not path.exists())


@lru_cache(maxsize=1)
def open_detail_set(each: DetailSet) -> DetailShot:
    """A set in memory, its fill the truth reduced; what it needs is made and kept in the cache."""
    plates = find_set(each.name) if not each.photo else None
    if plates is not None and plates.kind == "swapped":
        made = prepare_swapped(plates, FOOTAGE, FRAMES, CACHE / f"detail-{each.name}")
        return open_detail_shot(made.plate, made.matte, made.truth, made.channel, each.factor)
    if not each.photo:
        street = SHARED / "plates" / "street"
        return open_detail_shot(street / "plate", street / "matte", street / "truth_grain", "effect.A", each.factor)
    folder = CACHE / f"detail-{each.name}"
    if not (folder / "done").exists():
        photo, mattes = SHARED / "plates" / "photos" / each.photo, SHARED / "plates" / "tennis" / "matte"
        program = [sys.executable, str(SHARED / "tools" / "make_pan.py"), str(photo), str(folder)]
        options = ["--size", SIZE, "--frames", str(FRAMES), "--matte", str(mattes)]
        subprocess.run([*program, *options], check=True, stdout=subprocess.DEVNULL)
        (folder / "done").touch()
    return open_detail_shot(folder / "plate", folder / "matte", folder / "truth", "A", each.factor)
