"""A folder with a small plate and its matte, commands that run on them in this process, and what lies on the disk."""

import hashlib
import io
import logging
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from nodes import MORE
from plugin.cli import main
from tests.exr import write

__all__ = ["FRAMES", "Case", "Place", "cases", "files_in", "try_case"]

WIDTH, HEIGHT, FRAMES = 64, 40, (1, 2, 3)
# a node of three frames' work in no time: most of what is hostile meets no node's own code
QUICK = "tests.contract.border_mean:BORDER_MEAN"


class Place:
    """A folder of a test's own. Paths in commands are relative to it: whoever runs one stands in it.

    quick  True to run the quickest node, False for flow-inpaint
    """

    def __init__(self, folder: Path, *, quick: bool = True) -> None:
        self.folder, self.node = folder, "border-mean" if quick else "flow-inpaint"

    def make(self, frames: Iterable[int] = FRAMES) -> "Place":
        """Plate and matte: plate/plate.####.exr and matte/matte.####.exr."""
        for number in frames:
            self.plate(number)
            self.matte(number)
        return self

    def plate(self, number: int, name: str = "plate/plate.{:04d}.exr", **more: object) -> Path:
        """One frame of a texture that pans; ``more`` as ``tests.exr.write``."""
        wide = np.random.default_rng(5).random((HEIGHT, WIDTH + 64, 3))
        wide = (wide[:, :-2] + wide[:, 1:-1] + wide[:, 2:]) / 3
        picture = wide[:, number % 50 : number % 50 + WIDTH].astype(np.float16)
        path = self.folder / name.format(number)
        write(path, {letter: picture[..., i] for i, letter in enumerate("RGB")}, (WIDTH, HEIGHT), **more)
        return path

    def matte(self, number: int, name: str = "matte/matte.{:04d}.exr") -> Path:
        """One frame of a square that must go."""
        matte = np.zeros((HEIGHT, WIDTH), np.float16)
        matte[15:25, 24:36] = 1
        path = self.folder / name.format(number)
        write(path, {"A": matte}, (WIDTH, HEIGHT), colorInteropID="")
        return path

    def words(self, *more: str, **given: str) -> list[str]:
        """The node's command; ``given`` replaces plate, matte or out, and leaves out what is ""."""
        given = {
            "plate": "plate/plate.####.exr",
            "matte": "matte/matte.####.exr",
            "out": "out/clean.####.exr",
            **given,
        }
        return [
            self.node,
            *(word for name, value in given.items() if value for word in (f"--{name}", value)),
            *("--progress", "none"),
            *more,
        ]

    def run(self, *more: str, **given: str) -> int:
        """Run the node's command, standing in the folder; the exit code."""
        return self.main(*self.words(*more, **given))

    def main(self, *words: str) -> int:
        """Run any command, standing in the folder; the exit code."""
        with pytest.MonkeyPatch.context() as patch:
            patch.chdir(self.folder)
            patch.setenv(MORE, QUICK)
            return main(list(words))

    def out(self, number: int, name: str = "out/clean.{:04d}.exr") -> Path:
        """A frame of the result."""
        return self.folder / name.format(number)


def files_in(folder: Path) -> dict[str, str]:
    """Every regular file below a folder, links not followed: its name, and SHA-256 of what it holds."""
    found = {}
    for at, _, names in os.walk(folder):
        for name in names:
            path = Path(at) / name
            if path.is_file() and not path.is_symlink():
                found[os.path.relpath(path, folder)] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


@dataclass(frozen=True)
class Case:
    """Something hostile, and what must come of it. Whatever was on disk before is there afterwards, bit for bit.

    name     what is tried
    make     makes the files in a place that has plate and matte; returns the command line, or None for the node's own
    code     the exit code; of several, any
    says     words that the command must say, on either stream
    result   frames of out/clean.####.exr that must be there; None for any
    changes  beginnings of names of files that may become others, which is "out/" for most that work
    """

    name: str
    make: Callable[[Place], list[str] | None]
    code: int | tuple[int, ...]
    says: tuple[str, ...] = ()
    result: tuple[int, ...] | None = None
    changes: tuple[str, ...] = ("out/",)
    quick: bool = True


def cases(table: Iterable[Case]) -> pytest.MarkDecorator:
    """One test a case, by its name."""
    return pytest.mark.parametrize("case", list(table), ids=lambda case: case.name)


@contextmanager
def _logged() -> Iterator[io.StringIO]:
    """What is logged, which pytest keeps from the terminal."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    logging.getLogger("paintout").addHandler(handler)
    try:
        yield written
    finally:
        logging.getLogger("paintout").removeHandler(handler)


def try_case(case: Case, folder: Path, capsys: pytest.CaptureFixture[str]) -> Place:
    """Try a case, and see that it comes to what it must; returns the place as it is afterwards."""
    place = Place(folder, quick=case.quick).make()
    words = case.make(place)
    before = files_in(folder)
    capsys.readouterr()
    with _logged() as log:
        code = place.main(*(place.words() if words is None else words))
    told = capsys.readouterr()
    said = told.out + told.err + log.getvalue()
    assert code in (case.code if isinstance(case.code, tuple) else (case.code,)), said
    assert "Traceback" not in said
    assert "internal error" not in said
    assert "Warning:" not in said
    for word in case.says:
        assert word in said
    if code == 2:
        assert "try: " in told.err, said
    after = files_in(folder)
    lost = {name for name in before if after.get(name) != before[name] and not name.startswith(case.changes)}
    assert not lost
    assert not [name for name in after if name.endswith(".tmp") and name not in before]
    if case.result is not None:
        made = sorted(name for name in after if re.fullmatch(r"out/clean\.[^/]*exr", name))
        assert made == [f"out/clean.{number:04d}.exr" for number in case.result]
    return place
