"""SHOT steps: made once for the whole shot, unless they are done.

An index says what they made: a JSON file with a fingerprint. One without it is an artist's: it is used, and not
written over unless asked.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from nodes.engine.context import StepContext
from nodes.engine.fingerprints import shot_fingerprint
from nodes.engine.named import named
from vfxlib.errors import UsageError
from vfxlib.io.atomic import write_text
from vfxlib.io.json_file import read_json
from vfxlib.pipeline.fingerprint import FileState, signed
from vfxlib.pipeline.frame_tasks import used_as_it_is

__all__ = ["files_state", "index_state", "is_kept", "read_index", "run_shot_step", "shot_state"]

T = TypeVar("T")


def run_shot_step(context: StepContext, make: Callable[[str], Mapping[str, Any]]) -> bool:
    """Make what a SHOT step makes, unless it is done already.

    make     is given the fingerprint; returns what the index holds
    returns  True if it was made
    raises   what ``make`` raises; UsageError if an earlier step has not run; OutputError
    """
    wanted = shot_fingerprint(context)
    state = shot_state(context, wanted)
    if is_kept(context, state):
        foreign = state is FileState.FOREIGN
        context.progress.message(used_as_it_is(context.name) if foreign else f"{context.name}: is done already")
        return False
    content = make(wanted)
    write_text(context.index_path, json.dumps(signed(content, wanted), indent=1, allow_nan=False) + "\n")
    return True


def shot_state(context: StepContext, wanted: str) -> FileState:
    """What a SHOT step has left, seen from its fingerprint.

    raises  what the step's own function raises
    """
    if not context.step.state:
        return index_state(context, wanted)
    state: FileState = named(context.step.state)(context, wanted)
    return state


def index_state(context: StepContext, wanted: str) -> FileState:
    """What the index says; of a step that leaves nothing else."""
    return context.state(context.index_path, wanted)


def files_state(context: StepContext, wanted: str, files: Iterable[tuple[Path, str]]) -> FileState:
    """What an index and the files beside it say; the index is ours, whoever made the files.

    files  each with its fingerprint; asked for one after the other, and not after one that is to be made
    """
    state = index_state(context, wanted)
    if state is FileState.DONE and all(is_kept(context, context.state(path, own)) for path, own in files):
        return FileState.DONE
    return FileState.ABSENT if state is FileState.ABSENT else FileState.STALE


def is_kept(context: StepContext, state: FileState) -> bool:
    """True if what lies there need not be made: it is ours, or what an artist has put there and may keep."""
    return state is FileState.DONE or (state is FileState.FOREIGN and not context.job.output.overwrite)


def read_index(path: Path, what: str, parse: Callable[[dict[str, Any]], T]) -> T:
    """Read an index, also when an artist has changed it.

    what    what it should be, for the error
    parse   what of its names and values is wanted; may raise as what does not hold that does
    raises  UsageError if it cannot be read
    """
    try:
        content = read_json(path)
        if not isinstance(content, dict):
            raise TypeError("holds no names and values")
        return parse(content)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError) as error:
        problem = f"is no {what} that can be read ({error})"
        raise UsageError(problem, where=path, fix="mend it, or delete it so that it is made again") from error
