"""What is fuzzed: for each target a folder, the files of it that are changed, and the commands that then run there."""

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random

import torch

from plugin.cli import main
from tests.fuzz.mutate import Mutate, mutate_bytes, mutate_lines, several
from tests.fuzz.mutate_exr import mutate_exr
from tests.fuzz.mutate_json import mutate_json
from tests.fuzz.mutate_names import mutate_kinds, mutate_listing, mutate_words
from tests.fuzz.mutate_weights import mutate_weights
from tests.fuzz.seeds import MASKER, PAINTER, toy_network
from vfxlib.errors import PaintoutError
from vfxlib.internal_fit import weights as painters
from vfxlib.io.weights import read_weights
from vfxlib.mask_propagate import weights as maskers
from vfxlib.nets.masker import open_masker
from vfxlib.nets.painter import open_painter
from vfxlib.pipeline.fingerprint import read_fingerprint
from vfxlib.train.checkpoint import open_checkpoint

__all__ = ["TARGETS", "Target", "Try", "make_try"]

PLATE = ("--plate", "plate/plate.####.exr")
MATTE = ("--matte", "matte/matte.####.exr")
OUT = ("--out", "out/clean.####.exr", "--progress", "none")
STUDIO = ("border-mean", *PLATE, *MATTE, *OUT)  # with the studio's colours, which take a while to load
OCIO = ("--ocio", "config.ocio")
QUICK = (*STUDIO, *OCIO)
FLOW = ("flow-inpaint", *PLATE, *MATTE, *OUT)
JOB = "out/clean.work/job.json"
HERE = "@"  # stands for the file that was changed
BY_SUFFIX: Mapping[str, Mutate] = {
    ".exr": mutate_exr,
    ".json": mutate_json,
    ".safetensors": mutate_weights,
    ".ocio": mutate_lines,
    ".cube": mutate_lines,
}


@dataclass(frozen=True)
class Try:
    """One try.

    words  the command line
    files  name -> what is in it now
    moved  name -> the name that it has now, or "" if it goes
    other  name -> what lies there that is no picture, one of ``mutate_names.KINDS``
    """

    words: tuple[str, ...]
    files: Mapping[str, bytes] = field(default_factory=dict)
    moved: Mapping[str, str] = field(default_factory=dict)
    other: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """Something that is fuzzed.

    name      by which --only chooses it
    seed      the folder that every try begins with, one of ``seeds.SEEDS``
    commands  command lines, one of which runs
    files     patterns of files, one of which is changed
    gone      patterns of files, of which one line goes: what is done already is not read, and nobody reads for it
    change    what is changed, if it is not one file
    changes   beginnings of names of files that a command may write or change
    call      runs a command line; the exit code
    """

    name: str
    seed: str
    commands: tuple[tuple[str, ...], ...]
    files: tuple[str, ...] = ()
    gone: tuple[tuple[str, ...], ...] = ((),)
    change: Callable[[Random, Path, Sequence[str]], Try] | None = None
    changes: tuple[str, ...] = ("out/",)
    call: Callable[[Sequence[str]], int] = lambda words: main(list(words))


def make_try(target: Target, folder: Path, seed: int, number: int) -> Try:
    """What a try changes and runs; the same for the same seed and number.

    folder  that of the target's seed; it is only read
    """
    random = Random(f"{seed} {target.name} {number}")
    words = random.choice(target.commands)
    if target.change is not None:
        return target.change(random, folder, words)
    name = random.choice(_matching(folder, target.files))
    data = (folder / name).read_bytes()
    changed = several(random, data, BY_SUFFIX.get(Path(name).suffix, mutate_bytes))
    gone = [other for other in _matching(folder, random.choice(target.gone)) if other != name]
    spelt = tuple(word.removesuffix(HERE) + name if word.endswith(HERE) else word for word in words)
    return Try(spelt, {name: changed}, dict.fromkeys(gone, ""))


@cache
def _matching(folder: Path, patterns: tuple[str, ...]) -> list[str]:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    found = [[name for name in names if fnmatch(name, pattern)] for pattern in patterns]
    if not all(found):
        raise ValueError(f"no file is called {' or '.join(patterns)}")
    return list(chain.from_iterable(found))


def _as_frame(name: str) -> Callable[[Random, Path, Sequence[str]], Try]:
    """A changed file of some kind in place of a frame of the shot."""

    def change(random: Random, folder: Path, words: Sequence[str]) -> Try:
        kind = random.choice(_matching(folder, ("kinds/*.exr", "plate/*.exr", "matte/*.exr", "crypto/*.exr")))
        return Try(tuple(words), {name: several(random, (folder / kind).read_bytes(), mutate_exr)})

    return change


def _listing(random: Random, folder: Path, words: Sequence[str]) -> Try:
    """Files of a folder under other names, and what is no file in place of some."""
    place = random.choice(("plate", "matte"))
    names = sorted(os.listdir(folder / place))
    moved = mutate_listing(random, names) if random.random() < 0.8 else {}
    other = mutate_kinds(random, names)
    return Try(
        tuple(words),
        moved={f"{place}/{old}": new and f"{place}/{new}" for old, new in moved.items()},
        other={f"{place}/{name}": kind for name, kind in other.items()},
    )


OPTIONS = (
    *("--plate", "--matte", "--out", "--frames", "--plate-layer", "--matte-channel", "--matte-id", "--colorspace"),
    *("--output-colorspace", "--ocio", "--work", "--layers", "--keep-layers", "--overwrite", "--device", "--memory"),
    *("--threads", "--seed", "--grow", "--feather", "--width", "--save", "--log", "--dry-run", "--progress", "--json"),
    *("--key", "--fill", "--paint", "--step", "--cuts", "--find-cuts", "--title", "--result", "--truth", "--help"),
    *("--version", "--", "-", "@x", "--reach", "--start", "--encoder", "--minutes", "--quality"),
)
FITS = ("internal-fit", "mask-propagate")


def _command_line(random: Random, folder: Path, words: Sequence[str]) -> Try:
    changed = list(words)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        changed = mutate_words(random, changed, OPTIONS)
    if any(word in FITS for word in changed):
        changed.append("--dry-run")  # a fit may take what time it wants, and that is no hang
    return Try(tuple(changed))


def _read_weights(words: Sequence[str]) -> int:
    """What is done with a file of weights, by all who read one."""
    path, processor = Path(words[1]), torch.device("cpu")
    readers: Mapping[str, Callable[[], object]] = {
        "read": lambda: read_weights(path),
        "paint": lambda: painters.read_networks([path], processor),
        "paint more": lambda: painters.start_from(open_painter(PAINTER, seed=0), path),
        "carry": lambda: maskers.read_masker(path, processor, MASKER, [1]),
        "carry more": lambda: maskers.start_from(open_masker(MASKER, seed=0), path, [1]),
        "go on": lambda: open_checkpoint(path, toy_network(), "a toy", print),
        "whose": lambda: read_fingerprint(path),
    }
    try:
        readers[words[0]]()
    except PaintoutError as error:
        print(f"paintout: {error}", file=sys.stderr)
        return error.exit_code
    return 0


WORK = (
    *("out/clean.work/flow-inpaint/*/*.json", "out/clean.work/*.json", "out/clean.work/flow-inpaint/motion/*.exr"),
    *("out/clean.work/flow-inpaint/complete/*.exr", "out/clean.work/flow-inpaint/paint/*.exr", "out/clean.*.exr"),
)
STEPS = "out/clean.work/flow-inpaint"
UNDONE = (  # from the last step back to the first
    (),
    ("out/clean.*.exr",),
    ("out/clean.*.exr", f"{STEPS}/paint/*"),
    ("out/clean.*.exr", f"{STEPS}/paint/*", f"{STEPS}/complete/*"),
    ("out/clean.*.exr", f"{STEPS}/paint/*", f"{STEPS}/complete/*", f"{STEPS}/register/*"),
)
MATTES_JOB = "mattes/matte.work/job.json"
FITTED = ("*/fit/fit.json", "*/carry/*.json", "*.work/*.json")
TARGETS = (
    Target("exr", "kinds", (("check", HERE), ("check", HERE, "--json")), ("kinds/*.exr",)),
    Target(
        "plate",
        "kinds",
        (QUICK, STUDIO, (*QUICK, "--keep-layers"), (*QUICK, "--layers", "none"), (*QUICK, "--plate-layer", "fill")),
        change=_as_frame("plate/plate.0002.exr"),
    ),
    Target(
        "matte",
        "kinds",
        (
            QUICK,
            (*QUICK, "--matte-channel", "R"),
            (*QUICK, "--grow", "3", "--feather", "2"),
            (*QUICK, "--matte-id", "1"),
        ),
        change=_as_frame("matte/matte.0001.exr"),
    ),
    Target(
        "key",
        "kinds",
        (
            ("mask-propagate", *PLATE, "--key", "2=matte/matte.0002.exr", *OUT, *OCIO, "--dry-run"),
            (
                "mask-propagate",
                *PLATE,
                "--key",
                "2=matte/matte.0002.exr",
                *OUT,
                *OCIO,
                "--dry-run",
                "--objects",
                "apart",
            ),
        ),
        change=_as_frame("matte/matte.0002.exr"),
    ),
    Target(
        "manifest",
        "shot",
        tuple(
            (
                "border-mean",
                *PLATE,
                "--matte",
                f"{kind}/{kind}.####.exr",
                *OUT,
                "--matte-channel",
                f"cryptomatte:{name}",
            )
            for kind in ("crypto", "side")
            for name in ("crypto_object/car", "/Tree", "crypto_object/*", "object/0x12345678")
        ),
        ("crypto/*.exr", "side/*.exr", "side/names.json"),
    ),
    Target(
        "jobs",
        "shot",
        tuple(
            words
            for job in ("job.json", "two.json")
            for words in (
                ("run", job, "--progress", "none"),
                ("run", job, "--dry-run"),
                ("run", job, "--progress", "none", "--step", "border-mean/render", "--frames", "2"),
                ("status", job),
                ("status", job, "--json"),
                ("review", job, "--out", "out/seen"),
            )
        ),
        ("job.json", "two.json"),
    ),
    Target(
        "job plans",
        "shot",
        (("status", "fits.json"), ("status", "fits.json", "--json"), ("run", "fits.json", "--dry-run")),
        ("fits.json",),
    ),
    Target(
        "work",
        "flow",
        (FLOW, ("run", JOB, "--progress", "none"), ("status", JOB), ("status", JOB, "--json")),
        WORK,
        UNDONE,
    ),
    Target(
        "fit work",
        "fits",
        (("run", MATTES_JOB, "--progress", "none"),),
        ("*/carry/*.exr", "*/carry/*.exr", "*/carry/carry.json", "*/motion/*.exr", "mattes/*/fit/*"),
        (("mattes/matte.*.exr",),),
        changes=("mattes/",),
    ),
    Target(
        "painted by a fit",
        "fits",
        (("run", JOB, "--progress", "none"),),
        ("out/*/fit/*", "matte/*", "plate/*"),
        (("out/clean.*.exr",),),
    ),
    Target(
        "fit indices",
        "fits",
        (("status", JOB), ("status", MATTES_JOB, "--json"), ("review", JOB, "--out", "out/seen")),
        FITTED,
        changes=("out/", "mattes/matte.work/"),
    ),
    Target(
        "weights",
        "weights",
        tuple((kind, HERE) for kind in ("read", "paint", "paint more", "carry", "carry more", "go on", "whose")),
        ("weights/*",),
        changes=("weights/",),
        call=_read_weights,
    ),
    Target(
        "paint and fill",
        "flow",
        (
            (*FLOW, "--paint", "2=@"),
            ("internal-fit", *PLATE, *MATTE, "--fill", "paint/painted.####.exr", "--frames", "2", *OUT, "--dry-run"),
        ),
        ("paint/painted.0002.exr",),
    ),
    Target(
        "pictures",
        "pictures",
        (
            ("check", HERE),
            ("check", HERE, "--json"),
            ("border-mean", "--plate", HERE, *MATTE, *OUT, *OCIO),
            ("border-mean", *PLATE, "--frames", "1", "--matte", HERE, *OUT, *OCIO),
            ("mask-propagate", *PLATE, "--key", "1=@", *OUT, *OCIO, "--dry-run", "--objects", "apart"),
        ),
        ("pictures/*",),
    ),
    Target(
        "movies",
        "movies",
        (("check", HERE), ("check", HERE, "--json"), ("border-mean", "--plate", HERE, *MATTE, *OUT, *OCIO)),
        ("movies/*",),
    ),
    Target(
        "colour",
        "flow",
        (QUICK, (*QUICK, "--colorspace", "log"), (*QUICK, "--output-colorspace", "lin")),
        ("config.ocio", "config.ocio", "luts/curve.cube"),
    ),
    Target(
        "listing",
        "shot",
        (
            ("check", "plate"),
            ("check", "matte/matte.####.exr", "--json"),
            ("check", "plate/plate.%04d.exr"),
            ("border-mean", "--plate", "plate", "--matte", "matte", *OUT, *OCIO),
            QUICK,
        ),
        change=_listing,
    ),
    Target(
        "commands",
        "flow",
        (
            (*QUICK, "--frames", "1-3"),
            (*QUICK, "--overwrite", "--work", "out/work"),
            (*FLOW, "--dry-run"),
            ("mask-propagate", *PLATE, "--key", "2=matte/matte.0002.exr", *OUT),
            ("internal-fit", *PLATE, *MATTE, "--fill", "out/clean.####.exr", *OUT),
            ("run", JOB, "--progress", "none", "--step", "flow-inpaint/render", "--frames", "2"),
            ("check", "plate"),
            ("status", JOB, "--json"),
            ("score", "--result", "out/clean.####.exr", "--truth", "truth/truth.####.exr", *MATTE),
            ("review", JOB, "--out", "out/seen"),
            ("nodes", "--json"),
        ),
        change=_command_line,
        changes=("out/clean.",),
    ),
    Target(
        "score",
        "flow",
        (
            ("score", "--result", "out/clean.####.exr", "--truth", "truth/truth.####.exr", *MATTE, *PLATE, "--json"),
            ("score", "--result", "out/clean.####.exr", "--truth", "truth/truth.####.exr", *MATTE, "--encoding", "log"),
        ),
        ("out/clean.*.exr", "truth/*", "matte/*", "plate/*"),
    ),
    Target("review", "flow", (("review", JOB, "--out", "out/seen"),), ("out/clean.*.exr", "plate/*", JOB)),
)
