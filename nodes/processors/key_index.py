"""Key frames that a step makes for all others: which they are, which of them there are already, and the rest made."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodes.engine.context import StepContext
from nodes.engine.shot_step import files_state, is_kept, read_index
from vfxlib.pipeline.fingerprint import FileState
from vfxlib.pipeline.frame_tasks import used_as_it_is

__all__ = ["KeyFrame", "KeyIndex", "key_index_at", "key_path", "key_state", "make_keys"]


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


def make_keys(context: StepContext, keys: Iterable[KeyFrame], make: Callable[[KeyFrame], bool]) -> Mapping[str, Any]:
    """Make the key frames that are not there, in order, and say what the step's index holds.

    keys  each is asked for when the one before is there
    make  writes one; False if there is nothing to make
    """
    before = key_index_at(context.index_path)
    numbers: list[int] = []
    empty: dict[str, str] = {}
    for key in keys:
        numbers.append(key.number)
        if before.needs_none(key):
            empty[str(key.number)] = key.fingerprint
        elif is_kept(context, state := context.state(key.path, key.fingerprint)):
            if state is FileState.FOREIGN:
                context.progress.message(used_as_it_is(context.name, [key.number]))
        else:
            key.path.unlink(missing_ok=True)
            if not make(key):
                empty[str(key.number)] = key.fingerprint
        context.progress.advance()
    return {"keys": numbers, "empty": empty}


def key_state(context: StepContext, wanted: str, keys: Callable[[StepContext], Iterable[KeyFrame]]) -> FileState:
    """What a step of key frames has left: its index, and every one of them that is needed.

    raises  UsageError if the index cannot be read
    """

    def needed() -> Iterator[tuple[Path, str]]:
        index = key_index_at(context.index_path)
        yield from ((key.path, key.fingerprint) for key in keys(context) if not index.needs_none(key))

    return files_state(context, wanted, needed())
