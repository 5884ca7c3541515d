"""Key frames that a step makes for all others: which they are, and which of them there are already."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodes.engine.shot_step import read_index

__all__ = ["KeyFrame", "KeyIndex", "key_index_at", "key_path"]


@dataclass(frozen=True)
class KeyFrame:
    """A frame to be made.

    index        in the job
    number       the frame
    path         where it goes
    fingerprint  of what belongs there
    """

    index: int
    number: int
    path: Path
    fingerprint: str


@dataclass(frozen=True)
class KeyIndex:
    """What the step says of itself.

    path   where it lies
    keys   numbers of its key frames
    empty  number -> fingerprint of those in which there is nothing to make
    """

    path: Path
    keys: tuple[int, ...]
    empty: Mapping[str, str]

    def needs_none(self, key: KeyFrame) -> bool:
        """True of a key frame from which nothing must go."""
        return self.empty.get(str(key.number)) == key.fingerprint

    def near(self, numbers: Collection[int]) -> dict[int, Path]:
        """The files of the key frames among some frames."""
        return {number: key_path(self.path, number) for number in self.keys if number in numbers}


def key_index_at(path: Path) -> KeyIndex:
    """Read an index; one that is not there lists nothing.

    raises  UsageError if it cannot be read
    """
    if not path.exists():
        return KeyIndex(path, (), {})

    def parse(content: dict[str, Any]) -> KeyIndex:
        empty = {str(number): str(fingerprint) for number, fingerprint in content["empty"].items()}
        return KeyIndex(path, tuple(int(number) for number in content["keys"]), empty)

    return read_index(path, "list of key frames", parse)


def key_path(index: Path, number: int) -> Path:
    """The file of a key frame beside the step's index."""
    return index.with_name(f"{index.stem}.{number:04d}.exr")
