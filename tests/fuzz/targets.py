"""What is fuzzed: each kind of file, job, listing and command line."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random

from tests.fuzz.mutate import several
from tests.fuzz.mutate_exr import mutate_exr
from tests.fuzz.mutate_names import mutate_kinds, mutate_listing, mutate_words
from tests.fuzz.target import HERE, Target, Try, matching
from tests.fuzz.weights_readers import READERS, read_by

__all__ = ["TARGETS"]

PLATE = ("--plate", "plate/plate.####.exr")
MATTE = ("--matte", "matte/matte.####.exr")
OUT = ("--out", "out/clean.####.exr", "--progress", "none")
STUDIO = ("border-mean", *PLATE, *MATTE, *OUT)  # with the studio's colours, which take a while to load
OCIO = ("--ocio", "config.ocio")
QUICK = (*STUDIO, *OCIO)
FLOW = ("flow-inpaint", *PLATE, *MATTE, *OUT)
JOB = "out/clean.work/job.json"


def _as_frame(name: str) -> Callable[[Random, Path, Sequence[str]], Try]:
    """A changed file of some kind in place of a frame of the shot."""

    def change(random: Random, folder: Path, words: Sequence[str]) -> Try:
        kind = random.choice(matching(folder, ("kinds/*.exr", "plate/*.exr", "matte/*.exr", "crypto/*.exr")))
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
        tuple((reader, HERE) for reader in READERS),
        ("weights/*",),
        changes=("weights/",),
        call=read_by,
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
