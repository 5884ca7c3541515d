"""Key frames on which is painted what no frame saw: which they are, and which of them are painted already."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodes.engine.context import StepContext
from nodes.engine.fingerprints import fingerprint_base, input_digests
from nodes.engine.shot_step import files_state, read_index
from nodes.processors.motion.takes import key_indices, read_takes, takes_around
from nodes.processors.painted_frames import painted_around, painted_frames
from vfxlib.pipeline.fingerprint import FileState

__all__ = [
    "KeyFrame",
    "PaintIndex",
    "key_frames",
    "paint_index_at",
    "paint_inputs",
    "paint_state",
    "read_paint_index",
]


@dataclass(frozen=True)
class KeyFrame:
    """A frame to be painted.

    index        in the job
    number       the frame
    path         where its paint goes
    fingerprint  of the paint that belongs there
    """

    index: int
    number: int
    path: Path
    fingerprint: str


@dataclass(frozen=True)
class PaintIndex:
    """What the step says of itself.

    path   where it lies
    keys   numbers of its key frames
    empty  number -> fingerprint of those that need no paint
    """

    path: Path
    keys: tuple[int, ...]
    empty: Mapping[str, str]

    def needs_none(self, key: KeyFrame) -> bool:
        """True of a key frame from which nothing must go."""
        return self.empty.get(str(key.number)) == key.fingerprint

    def near(self, numbers: Collection[int]) -> dict[int, Path]:
        """The files of the key frames among some frames."""
        return {number: paint_path(self.path, number) for number in self.keys if number in numbers}


def read_paint_index(context: StepContext) -> PaintIndex:
    """The index of the painted key frames, for a later step.

    raises  UsageError if the step paint has not run, or its index cannot be read
    """
    return paint_index_at(context.index_file("paint"))


def paint_index_at(path: Path) -> PaintIndex:
    """Read an index; one that is not there lists nothing.

    raises  UsageError if it cannot be read
    """
    if not path.exists():
        return PaintIndex(path, (), {})

    def parse(content: dict[str, Any]) -> PaintIndex:
        empty = {str(number): str(fingerprint) for number, fingerprint in content["empty"].items()}
        return PaintIndex(path, tuple(int(number) for number in content["keys"]), empty)

    return read_index(path, "list of painted frames", parse)


def paint_path(index: Path, number: int) -> Path:
    """The file of a key frame beside the step's index."""
    return index.with_name(f"paint.{number:04d}.exr")


def key_frames(context: StepContext) -> Iterator[KeyFrame]:
    """The key frames in order; each takes over what those before it have painted, so it is asked for after them."""
    takes, painted, base = context.once(read_takes), context.once(painted_frames), fingerprint_base(context)
    before: dict[int, Path] = {}
    for index in key_indices(takes, context.reach):
        number = context.shot.frames[index]
        path, around = paint_path(context.index_path, number), context.around(number)
        made_from = {
            "frame": number,
            **input_digests(context, around),
            "takes": takes_around(context, takes, number),
            "complete": context.identities("complete", around),
            "artist": painted_around(context, painted, number),
            "keys": {n: context.content(earlier) for n, earlier in before.items() if n in around},
        }
        yield KeyFrame(index, number, path, base.of(made_from))
        if path.exists():
            before[number] = path


def paint_inputs(context: StepContext) -> Mapping[str, object]:
    """What all key frames together are made from."""
    takes, painted = context.once(read_takes), context.once(painted_frames)
    return {
        "takes": list(takes.values()),
        "complete": context.identities("complete", context.shot.frames),
        "artist": {str(n): context.content(Path(path)) for n, path in painted.items()},
    }


def paint_state(context: StepContext, wanted: str) -> FileState:
    """What the step has left: its index, and the paint of every key frame.

    raises  UsageError if the index cannot be read
    """

    def painted() -> Iterator[tuple[Path, str]]:
        index = paint_index_at(context.index_path)
        yield from ((key.path, key.fingerprint) for key in key_frames(context) if not index.needs_none(key))

    return files_state(context, wanted, painted())
