"""Key frames on which is painted what no frame saw: which they are, and which of them are painted already."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from nodes.engine.context import StepContext
from nodes.engine.fingerprints import fingerprint_base, input_digests
from nodes.processors.key_index import KeyFrame, KeyIndex, key_index_at, key_path, key_state
from nodes.processors.motion.takes import key_indices, read_takes, takes_around
from nodes.processors.painted_frames import painted_around, painted_frames
from vfxlib.pipeline.fingerprint import FileState

__all__ = [
    "key_frames",
    "paint_inputs",
    "paint_state",
    "read_paint_index",
]


def read_paint_index(context: StepContext) -> KeyIndex:
    """The index of the painted key frames, for a later step.

    raises  UsageError if the step paint has not run, or its index cannot be read
    """
    return key_index_at(context.index_file("paint"))


def key_frames(context: StepContext) -> Iterator[KeyFrame]:
    """The key frames in order; each takes over what those before it have painted, so it is asked for after them."""
    takes, painted, base = context.once(read_takes), context.once(painted_frames), fingerprint_base(context)
    before: dict[int, Path] = {}
    for index in key_indices(takes, context.reach, ends=True):
        number = context.shot.frames[index]
        path, around = key_path(context.index_path, number), context.around(number)
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
    return key_state(context, wanted, key_frames)
