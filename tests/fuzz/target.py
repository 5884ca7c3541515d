"""A target: a folder, the files of it that are changed, the commands that then run there; and its tries."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatch
from functools import cache
from itertools import chain
from pathlib import Path
from random import Random

from plugin.cli import main
from tests.fuzz.mutate import Mutate, mutate_bytes, mutate_lines, several
from tests.fuzz.mutate_exr import mutate_exr
from tests.fuzz.mutate_json import mutate_json
from tests.fuzz.mutate_weights import mutate_weights

__all__ = ["HERE", "Target", "Try", "make_try", "matching"]

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
    name = random.choice(matching(folder, target.files))
    data = (folder / name).read_bytes()
    changed = several(random, data, BY_SUFFIX.get(Path(name).suffix, mutate_bytes))
    gone = [other for other in matching(folder, random.choice(target.gone)) if other != name]
    spelt = tuple(word.removesuffix(HERE) + name if word.endswith(HERE) else word for word in words)
    return Try(spelt, {name: changed}, dict.fromkeys(gone, ""))


@cache
def matching(folder: Path, patterns: tuple[str, ...]) -> list[str]:
    """Names of the files below a folder that fit patterns, a pattern after the other.

    raises  ValueError for a pattern that none fits
    """
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    found = [[name for name in names if fnmatch(name, pattern)] for pattern in patterns]
    if not all(found):
        raise ValueError(f"no file is called {' or '.join(patterns)}")
    return list(chain.from_iterable(found))
