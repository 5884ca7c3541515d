"""Our own low-resolution fill and its detail against FlowInpaint at full resolution: decibels, time and memory."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks.bench.meter import paintout_command, run
from benchmarks.bench.report import decimal, table
from benchmarks.bench.sets import CACHE, SHARED
from benchmarks.residual_hires.ablations import hole_psnr
from vfxlib.io.exr import read_channels

__all__ = ["FULL", "MEMORY", "Filled", "MadePlate", "end_to_end_text", "fill_end_to_end", "growth_text", "make_plate"]

FULL = 0  # working size of FlowInpaint alone, at the plate's own size
MEMORY = "4"  # GiB that each may take
DETAIL = ("residual-hires/anchors", "residual-hires/render")
GIB = 2**30


@dataclass(frozen=True)
class MadePlate:
    """A camera over a photograph, under the mattes of tennis.

    photo   name of the photograph, without its ending
    size    width and height
    frames  how many
    """

    photo: str
    size: tuple[int, int]
    frames: int

    @property
    def name(self) -> str:
        """What it is called in tables."""
        return f"{self.photo} {self.size[0]}x{self.size[1]}"


@dataclass(frozen=True)
class Filled:
    """What came of one way on one plate.

    plate    which
    working  longest side of what is worked on, pixels; ``FULL`` for FlowInpaint alone
    frames   that were filled
    psnr     dB in the hole, display encoding, mean over frames
    hole     pixels of the hole, mean over frames
    seconds  wall time of the whole command
    cpu      processor time of it
    detail   wall time of ResidualHiRes' own steps; 0 for FlowInpaint alone
    memory   bytes, the most that it held
    """

    plate: MadePlate
    working: int
    frames: int
    psnr: float
    hole: float
    seconds: float
    cpu: float
    detail: float
    memory: int

    @property
    def factor(self) -> int:
        """Plate pixels per pixel of what is worked on."""
        return -(-max(self.plate.size) // self.working) if self.working else 1


def make_plate(plate: MadePlate) -> Path:
    """The folder of a plate with matte and truth, made once and kept in the cache."""
    folder = CACHE / f"hires-{plate.photo}-{plate.size[0]}-{plate.frames}"
    if not (folder / "done").exists():
        photo, mattes = SHARED / "plates" / "photos" / f"{plate.photo}.jpg", SHARED / "plates" / "tennis" / "matte"
        program = [sys.executable, str(SHARED / "tools" / "make_pan.py"), str(photo), str(folder)]
        options = ["--size", f"{plate.size[0]}x{plate.size[1]}", "--frames", str(plate.frames), "--matte", str(mattes)]
        subprocess.run([*program, *options], check=True, stdout=subprocess.DEVNULL)
        (folder / "done").touch()
    return folder


def fill_end_to_end(plate: MadePlate, working: int, frames: int = 0) -> Filled:
    """Fill a plate from the start.

    working  longest side of what is worked on, pixels; ``FULL`` for FlowInpaint alone
    frames   how many of the plate's frames; 0 for all
    """
    folder, count = make_plate(plate), frames or plate.frames
    out = CACHE / "end-to-end" / f"{folder.name}-{working}"
    shutil.rmtree(out, ignore_errors=True)
    words = ["flow-inpaint"] if working == FULL else ["residual-hires", "--filler", "flow-inpaint"]
    if working:
        words += ["--working-size", str(working)]
    inputs = ("--plate", str(folder / "plate"), "--matte", str(folder / "matte"), "--frames", f"1001-{1000 + count}")
    limits = ("--memory", MEMORY, "--progress", "json")
    made = run([*paintout_command(*words, *inputs), "--out", str(out / "clean.####.exr"), *limits])
    psnr, hole = _judged(folder, out, count)
    detail = sum(seconds for task, seconds in made.steps.items() if task in DETAIL)
    return Filled(plate, working, count, psnr, hole, made.seconds, made.processor, detail, made.memory)


def _judged(folder: Path, out: Path, count: int) -> tuple[float, float]:
    found, holes = [], []
    for number in range(1001, 1001 + count):
        hole = read_channels(folder / "matte" / f"matte.{number}.exr", 0).channels["A"].astype(np.float32) > 0
        truth, clean = (
            np.stack([read_channels(path, 0).channels[c].astype(np.float32) for c in "RGB"], axis=-1)
            for path in (folder / "truth" / f"truth.{number}.exr", out / f"clean.{number}.exr")
        )
        found.append(hole_psnr(clean, truth, hole))
        holes.append(np.count_nonzero(hole))
    return float(np.mean(found)), float(np.mean(holes))


def end_to_end_text(found: list[Filled]) -> str:
    """Decibels and time of each way, each beside FlowInpaint at full resolution of the same run."""
    full = {each.plate: each for each in found if each.working == FULL}
    rows = []
    for each in found:
        beside = full[each.plate]
        way = "FlowInpaint, full size" if each.working == FULL else f"1/{each.factor}, ResidualHiRes"
        numbers = decimal(each.psnr, 2), f"{each.psnr - beside.psnr:+.2f}", decimal(each.cpu, 0)
        rows.append([each.plate.name, way, *numbers, f"{each.cpu / beside.cpu:.2f}", decimal(each.memory / GIB, 2)])
    return table(["plate", "fill", "dB", "beside full", "s, processor", "ratio", "GiB at most"], rows)


def growth_text(found: list[Filled]) -> str:
    """Time and memory at several sizes, and how time grows with the area of the hole."""
    rows = []
    for each in found:
        way = "FlowInpaint, full size" if each.working == FULL else f"1/{each.factor}, ResidualHiRes"
        detail = decimal(each.detail / each.frames, 2) if each.detail else "-"
        per_area = 1e6 * (each.detail or each.seconds) / each.frames / each.hole
        numbers = decimal(each.psnr, 2), detail, decimal(each.seconds / each.frames, 2), decimal(per_area, 1)
        cpu, memory = decimal(each.cpu / each.frames, 2), decimal(each.memory / GIB, 2)
        rows.append([each.plate.name, way, str(each.frames), f"{each.hole / 1e6:.3f}", *numbers, cpu, memory])
    head = ["plate", "fill", "frames", "hole, Mpx", "dB", "s a frame, detail", "s a frame, all", "s a Mpx of hole"]
    return table([*head, "s a frame, processor", "GiB at most"], rows)
