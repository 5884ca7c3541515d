"""A shot as Blender runs it: started, followed, stopped, saved, handed to a farm (no bpy, so it is tested without)."""

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nodes.declare import Params
from nodes.job import Job
from nodes.node import Node
from nodes.recipes import Recipe
from nodes.shot import Output, Shot
from plugin.command_words import face_words
from plugin.launch import Command, Event, Run, RunState, call, check_command, pick_up, start
from vfxlib.errors import PaintoutError, UsageError

__all__ = ["HostJob"]


@dataclass
class HostJob:
    """A node or a recipe with its values, and its run.

    share  of the step that is going on, 0..1
    words  what is going on, for people
    """

    face: Node | Recipe
    shot: Shot
    params: Params
    output: Output
    command: Command
    run: Run | None = None
    share: float = 0.0
    words: str = ""
    told: list[str] = field(default_factory=list)

    @property
    def work(self) -> Path:
        """The work folder.

        raises  UsageError if no output is named
        """
        if not self.output.out:
            raise UsageError("no output is named", where="Output", fix="write folder/clean.####.exr")
        return Job(self.shot, (), self.output).work

    @property
    def job_file(self) -> Path:
        """What every run writes, and status, submit and publishing take."""
        return self.work / "job.json"

    @property
    def name(self) -> str:
        """What the result is called: "clean" of clean.####.exr."""
        return Job(self.shot, (), self.output).name

    @property
    def beside(self) -> Path:
        """Where files of this shot may lie that are neither its result nor its work: the output's folder."""
        return self.work.parent

    def start(self) -> None:
        """Run it, or follow the run of it that goes on already.

        raises  PaintoutError if it cannot be started
        """
        before = pick_up(self.work)
        if before is None or before.state is not RunState.RUNNING:
            check_command(self.command)
            before = start(self.command, self._face_words(), self.work)
        self.run, self.share, self.words, self.told = before, 0.0, "starts", []

    def tick(self) -> bool:
        """See what has happened since; False once it has ended."""
        if self.run is None:
            return False
        state = self.run.state  # before its events, so that none is missed at the end
        for event in self.run.events():
            self._take(event)
        if state is not RunState.RUNNING:
            self.words = state.value
            return False
        return True

    def _take(self, event: Event) -> None:
        if not event.task:
            self.told.append(event.words)
            return
        left = f", {_duration(event.left)} left" if event.left >= 1 else ""
        note = f", {event.words}" if event.words else ""
        self.share, self.words = event.share, f"{event.task}: {event.done} of {event.total}{left}{note}"

    def error(self) -> PaintoutError | None:
        """Why it ended without a result; None if it did not, or was stopped on purpose."""
        if self.run is None or self.run.state in (RunState.RUNNING, RunState.DONE, RunState.STOPPED):
            return None
        problem, _, fix = (self.run.error or self.run.state.value).partition("\n  try: ")
        return UsageError(problem.strip(), fix=fix.strip() or f"look into {self.run.folder / 'log.txt'}")

    def stop(self) -> bool:
        """Ask its run to stop, also one that another session started; False if none goes on."""
        run = self.run or pick_up(self.work)
        if run is None or run.state is not RunState.RUNNING:
            return False
        run.stop()
        return True

    def save(self, path: Path) -> None:
        """Write it as a job file, with nothing run.

        raises  PaintoutError if it cannot run, or cannot be written
        """
        check_command(self.command)
        call(self.command, (*self._face_words(), "--save", str(path)))

    def submit(self, engine: str, bundle: Path) -> Path:
        """Write what a farm's engine takes; the job file that it was made of, which lies beside the output.

        raises  PaintoutError if it cannot run, or cannot be written
        """
        path = self.beside / f"{self.name}.job.json"
        self.save(path)
        call(self.command, ("submit", str(path), "--to", engine, "--bundle", str(bundle)))
        return path

    def status(self) -> list[str]:
        """What of it is done, a line for each step, and how its last run ended.

        raises  PaintoutError if it was never run, or cannot be read
        """
        if not self.job_file.is_file():
            raise UsageError("nothing was run yet", where=self.work, fix="press Run here")
        printed = call(self.command, ("status", str(self.job_file), "--json"))
        try:
            lines = [_step_line(step) for step in json.loads(printed)["steps"]]
        except (ValueError, KeyError, TypeError) as error:
            fix = "see that the command is Paintout itself"
            raise UsageError("tells no status", where=" ".join(self.command.words), fix=fix) from error
        run = self.run or pick_up(self.work)
        return lines if run is None else [*lines, f"the last run: {run.state.value}"]

    def _face_words(self) -> list[str]:
        return face_words(self.face, self.shot, self.params, self.output)


def _step_line(step: Any) -> str:
    if step["done"]:
        return f"{step['step']}: done"
    kinds = [f"{kind} {numbers}".strip() for kind, numbers in step["frames"].items() if numbers]
    return f"{step['step']}: {', '.join(kinds) or 'missing'}"


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    return f"{minutes // 60} h {minutes % 60} min" if minutes >= 60 else f"{minutes} min" if minutes else f"{rest} s"
