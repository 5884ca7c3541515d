"""Going through the frames of a task: skipping what is done, counting, keeping on after a failure."""

import logging
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from vfxlib.errors import FrameError, FramesFailed, OutputError, PaintoutError
from vfxlib.io.frames import format_frames
from vfxlib.pipeline.fingerprint import FileState, Fingerprints, file_state, refuse_foreign
from vfxlib.progress import Progress
from vfxlib.signals import raise_pending

__all__ = ["FrameTasks", "Target", "map_ahead", "used_as_it_is"]

T = TypeVar("T")
log = logging.getLogger("paintout")

READERS = 4  # threads that read what lies there


@dataclass(frozen=True)
class Target:
    """Where a frame goes, and what it is when it is done.

    path         the file
    fingerprint  of the frame that belongs there
    """

    path: Path
    fingerprint: str


@dataclass
class FrameTasks:
    """The frames of one task.

    name          NODE/STEP
    targets       frame -> where it goes; in the order of the work
    overwrite     True if somebody else's files may be written over
    keep_foreign  True in the work folder, where somebody else's file is an artist's correction that is used instead
    progress      is told of every frame
    fingerprints  of what lies there
    """

    name: str
    targets: Mapping[int, Target]
    overwrite: bool
    keep_foreign: bool
    progress: Progress
    fingerprints: Fingerprints
    failures: dict[int, PaintoutError] = field(default_factory=dict)
    _foreign: list[int] = field(default_factory=list)

    def todo(self) -> list[int]:
        """The frames that are not done yet; begins the progress.

        raises  OutputError if somebody else's file is in the way
        """
        frames = self.unfinished
        done = len(self.targets) - len(frames) - len(self._foreign)
        if done:
            self.progress.message(f"{self.name}: {done} of {len(self.targets)} frames are done already")
        if self._foreign:
            self.progress.message(used_as_it_is(self.name, self._foreign))
        self.progress.begin(self.name, len(frames))
        return frames

    @cached_property
    def unfinished(self) -> list[int]:
        """The frames that were not done when this was first asked.

        raises  OutputError if somebody else's file is in the way
        """
        frames = []
        with ThreadPoolExecutor(READERS, thread_name_prefix="fingerprints") as pool:  # frames that another machine made
            states = list(pool.map(self._state, self.targets.values()))
        for (number, target), state in zip(self.targets.items(), states, strict=True):
            if state is FileState.DONE:
                continue
            if state is FileState.FOREIGN and not self.overwrite:
                if self.keep_foreign:
                    self._foreign.append(number)
                    continue
                raise refuse_foreign(target.path)
            frames.append(number)
        return frames

    @contextmanager
    def doing(self, number: int) -> Iterator[None]:
        """Work on one frame: what goes wrong with it is kept, and the next one gets its turn."""
        raise_pending()
        try:
            yield
        except OutputError:
            raise  # a full or forbidden folder fails for every frame after this one too
        except PaintoutError as error:
            raise_pending()  # a stop may have come out as what it left half done
            self.fail(number, error)

    def writing(self, number: int, write: Callable[[], None]) -> Callable[[], None]:
        """The call that writes a frame, and then remembers that it was written."""

        def write_and_remember() -> None:
            write()
            target = self.targets[number]
            self.fingerprints.wrote(target.path, target.fingerprint)

        return write_and_remember

    def done(self, number: int) -> None:
        """A frame is on disk."""
        self.progress.advance()

    def fail(self, number: int, error: Exception) -> None:
        """A frame could not be made or written."""
        if isinstance(error, OutputError) or not isinstance(error, PaintoutError):
            raise error
        self.failures[number] = error
        log.error("frame %d failed: %s", number, error)

    def finish(self) -> None:
        """See that every frame is there and whole, whoever was at them meanwhile.

        raises  FramesFailed with what went wrong
        """
        for number, target in self.targets.items():
            if number not in self.failures and (problem := self._lost(target)):
                self.fail(number, FrameError(problem, where=target.path, fix="run the same command again"))
        if self.failures:
            raise FramesFailed(dict(self.failures), len(self.targets))

    def _state(self, target: Target) -> FileState:
        return file_state(target.path, target.fingerprint, self.fingerprints.fingerprint)

    def _lost(self, target: Target) -> str:
        """What is wrong with a frame that was made, or was there: "" if nothing is."""
        state = self._state(target)
        if state is FileState.DONE or (state is FileState.FOREIGN and self.keep_foreign):
            return ""
        return "has gone since it was written" if state is FileState.ABSENT else "was changed since it was written"


def used_as_it_is(name: str, frames: Sequence[int] = ()) -> str:
    """What the log says of a result that an artist has made or changed.

    name    NODE/STEP
    frames  of a step that makes frames
    """
    where = f" on frame{'s' * (len(frames) > 1)} {format_frames(frames)}" if frames else ""
    return f"{name}: somebody's own work is used as it is{where}"


def map_ahead(make: Callable[[int], T], frames: Sequence[int], threads: int) -> Iterator[tuple[int, Future[T]]]:
    """The results of ``make`` in order, with up to ``threads`` frames worked on at once.

    Results wait to be taken before more is begun, so memory does not grow with the shot.
    """
    if threads <= 1:
        for number in frames:
            future: Future[T] = Future()
            try:
                future.set_result(make(number))
            except PaintoutError as error:
                future.set_exception(error)
            yield number, future
        return
    with ThreadPoolExecutor(threads, thread_name_prefix="frame") as pool:
        waiting: deque[tuple[int, Future[T]]] = deque()
        try:
            for number in frames:
                waiting.append((number, pool.submit(make, number)))
                if len(waiting) > threads:
                    yield waiting.popleft()
            while waiting:
                yield waiting.popleft()
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
