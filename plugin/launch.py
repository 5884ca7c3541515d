"""How a host finds the command, starts it, and follows it: the host stays free, and a run outlives it.

Standard library only, for it is imported inside Nuke and Blender. A run writes into a folder of its own in the work
folder: its progress (JSON lines), its log with the exit code, and who it is, so that another session can pick it up.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from plugin.process_state import is_alive, send_stop, started_at
from vfxlib.errors import OutputError, UsageError
from vfxlib.io.atomic import write_text
from vfxlib.io.json_file import read_json
from vfxlib.io.os_errors import reason, writing
from vfxlib.version import VERSION

__all__ = [
    "Command",
    "Event",
    "Run",
    "RunState",
    "call",
    "check_command",
    "child_environment",
    "find_command",
    "pick_up",
    "start",
]

NAME = "paintout"
FOLDER = "host"  # in the work folder
RUN, PROGRESS, LOG = "run.json", "progress.jsonl", "log.txt"
HOSTS_OWN = {  # what a host sets for its own Python and libraries; the colour configuration stands in the job
    *("PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PYTHONUSERBASE", "PYTHONEXECUTABLE", "__PYVENV_LAUNCHER__"),
    *("LD_LIBRARY_PATH", "LD_PRELOAD", "DYLD_LIBRARY_PATH", "DYLD_INSERT_LIBRARIES", "QT_PLUGIN_PATH", "OCIO"),
}
HOW = "install Paintout (README.md, Try it), and name its command in the preferences or in $PAINTOUT"
MOST_TOLD = 40  # lines of an error that are kept
_ENDED = re.compile(r"INFO exit code (\d+)\s*$")


class RunState(Enum):
    """How a run stands; the value is what people read."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed: some frames could not be made"
    REFUSED = "refused: something that was given cannot be used"
    STOPPED = "stopped; run it again and it goes on where it was"
    LOST = "ended without a word; run it again and it goes on where it was"


_BY_CODE = {0: RunState.DONE, 1: RunState.FAILED, 2: RunState.REFUSED, 75: RunState.STOPPED, 130: RunState.STOPPED}


@dataclass(frozen=True)
class Command:
    """How Paintout is started.

    words  program and first arguments
    way    how it was found, in words
    """

    words: tuple[str, ...]
    way: str


@dataclass(frozen=True)
class Event:
    """What a run tells: how far a step is, or a sentence.

    task         NODE/STEP; "" for a sentence
    done, total  units of it
    left         seconds, at the rate so far
    words        the sentence, or a few words on how the step goes
    """

    task: str = ""
    done: int = 0
    total: int = 0
    left: float = 0.0
    words: str = ""

    @property
    def share(self) -> float:
        """How much of the step is done, 0..1."""
        return self.done / self.total if self.total else 0.0


def find_command(preference: str = "", environment: Mapping[str, str] | None = None) -> Command:
    """The command as the preference names it, else $PAINTOUT, else on PATH, else by rez.

    preference   a program, a virtual environment's folder, or a command line; "" for none
    environment  variables; None for those of this process
    raises       UsageError if there is none, with how to get it
    """
    environment = os.environ if environment is None else environment
    for way, given in (("the preferences", preference), ("$PAINTOUT", environment.get("PAINTOUT", ""))):
        if given.strip():
            return Command(_program(os.path.expanduser(given.strip()), way), way)
    search = environment.get("PATH", "")
    if found := shutil.which(NAME, path=search):
        return Command((found,), "PATH")
    if found := shutil.which("rez", path=search):
        return Command((found, "env", NAME, "--", NAME), "rez")
    raise UsageError("the command is not there", where=NAME, fix=HOW)


def _program(given: str, way: str) -> tuple[str, ...]:
    if os.path.isdir(given):
        for name in (f"bin/{NAME}", f"Scripts/{NAME}.exe"):
            if os.path.isfile(os.path.join(given, name)):
                return (os.path.join(given, name),)
        raise UsageError(f"{given} holds no {NAME}", where=way, fix=HOW)
    if os.path.isfile(given):
        return (given,)
    try:
        words = shlex.split(given, posix=os.name != "nt")
    except ValueError as error:
        raise UsageError(f"{given!r} is no command line ({error})", where=way, fix="close its quotes") from error
    if shutil.which(words[0]) is None:
        raise UsageError(f"{words[0]} is no program", where=way, fix=HOW)
    return tuple(words)


def check_command(command: Command) -> str:
    """See that the command is Paintout, and no older than what the host was made for; its version.

    raises  UsageError if it is not
    """
    told = call(command, ("--version",), seconds=60.0).split()
    version = told[1] if told[:1] == [NAME] and len(told) > 1 else ""
    where = " ".join(command.words)
    if not version:
        raise UsageError("is not Paintout", where=where, fix=HOW)
    if _parts(version) < _parts(VERSION):
        raise UsageError(f"is version {version}, and {VERSION} is needed", where=where, fix=HOW)
    return version


def _parts(version: str) -> tuple[int, ...]:
    return tuple(int(each) for each in re.findall(r"\d+", version)[:2])


def child_environment(environment: Mapping[str, str] | None = None) -> dict[str, str]:
    """The variables of a process that is no part of the host: without those that a host sets for itself."""
    environment = os.environ if environment is None else environment
    return {name: value for name, value in environment.items() if name not in HOSTS_OWN}


def call(command: Command, words: Sequence[str], seconds: float = 600.0) -> str:
    """Run the command to its end; what it printed.

    raises  UsageError with what it said if it fails, cannot be started, or takes longer
    """
    try:
        done = subprocess.run(
            [*command.words, *words],
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise UsageError(f"took longer than {seconds:g} s", where=command.words[0], fix="try it in a shell") from error
    except OSError as error:
        raise UsageError(f"cannot be started ({reason(error)})", where=command.words[0], fix=HOW) from error
    printed = done.stdout.decode("utf-8", "replace")
    # 1 is also how status and check say "not all is done": then they have printed what there is
    if done.returncode not in (0, 1) or (done.returncode and not printed.strip()):
        raise _told(done.stderr.decode("utf-8", "replace"), command)
    return printed


def _told(said: str, command: Command) -> UsageError:
    """What the command said on its way out, as an error of ours."""
    lines = [line.removeprefix(f"{NAME}: ") for line in said.strip().splitlines()[-MOST_TOLD:]]
    fixes = [line.strip().removeprefix("try: ") for line in lines if line.strip().startswith("try: ")]
    problem = "\n".join(line for line in lines if not line.strip().startswith("try: "))
    return UsageError(problem or "ended without a word", where=NAME, fix="; ".join(fixes) or "try it in a shell")


@dataclass
class Run:
    """A run of the command, started here or in a session before.

    folder  its own, in the work folder
    words   of the command
    number  of the process
    """

    folder: Path
    words: tuple[str, ...]
    number: int
    started: str = ""  # when its process began, to tell it from a later one of the same number
    log_from: int = 0  # where its part of the log begins, bytes
    told: list[str] = field(default_factory=list)  # what it said that is no event: its errors
    _process: "subprocess.Popen[bytes] | None" = None
    _read: int = 0
    _rest: bytes = b""

    def events(self) -> Iterator[Event]:
        """What it has told since this was asked last."""
        try:
            with open(self.folder / PROGRESS, "rb") as file:
                file.seek(self._read)
                fresh = file.read()
        except OSError:
            return
        self._read += len(fresh)
        *lines, self._rest = (self._rest + fresh).split(b"\n")
        for line in lines:
            event = _event(line)
            if event is None:
                self.told = [*self.told, line.decode("utf-8", "replace")][-MOST_TOLD:]
            else:
                yield event

    @property
    def state(self) -> RunState:
        """How it stands."""
        code = self.exit_code
        if code is None and self._alive():
            return RunState.RUNNING
        if code is None:
            code = self.exit_code  # it may have ended between two looks: its own process is then taken off the system
        return RunState.LOST if code is None else _BY_CODE.get(code, RunState.LOST)

    @property
    def exit_code(self) -> int | None:
        """None while it runs, and if nobody knows."""
        if self._process is not None:
            return self._process.poll()
        return None if self._alive() else self._logged_code()

    def stop(self) -> None:
        """Ask it to stop; within three seconds it ends, and can be started again."""
        if self.state is RunState.RUNNING:
            send_stop(self.number)

    def wait(self, tell: Callable[[Event], object] = lambda event: None, every: float = 0.1) -> RunState:
        """Follow it to its end; how it ended.

        tell   is called with every event
        every  seconds between two looks
        """
        while True:
            state = self.state
            for event in self.events():
                tell(event)
            if state is not RunState.RUNNING:
                return state
            time.sleep(every)

    @property
    def error(self) -> str:
        """What it said when it failed; "" if nothing."""
        return "\n".join(line.removeprefix(f"{NAME}: ") for line in self.told).strip()

    def _alive(self) -> bool:
        return is_alive(self.number) and started_at(self.number) == self.started

    def _logged_code(self) -> int | None:
        try:
            with open(self.folder / LOG, "rb") as file:
                file.seek(self.log_from)
                lines = file.read().decode("utf-8", "replace").splitlines()
        except OSError:
            return None
        found = [_ENDED.search(line) for line in lines[-3:]]
        codes = [int(each[1]) for each in found if each]
        return codes[-1] if codes else None


def _event(line: bytes) -> Event | None:
    try:
        values: Any = json.loads(line)
        if "message" in values:
            return Event(words=str(values["message"]))
        return Event(
            str(values["task"]), int(values["done"]), int(values["total"]), float(values["left"]), str(values["note"])
        )
    except (ValueError, KeyError, TypeError):
        return None


def start(command: Command, words: Sequence[str], work: Path) -> Run:
    """Start the command in the background; it goes on when the host ends.

    words   what it is told, without how it reports
    work    the job's work folder
    raises  UsageError if a run of the same work folder goes on, or it cannot be started; OutputError if the folder
            cannot be written
    """
    before = pick_up(work)
    if before is not None and before.state is RunState.RUNNING:
        raise UsageError("a run of this shot goes on already", where=work, fix="stop it first, or wait")
    folder = work / FOLDER
    with writing(folder):
        folder.mkdir(parents=True, exist_ok=True)
        log_from = (folder / LOG).stat().st_size if (folder / LOG).exists() else 0
        with open(folder / PROGRESS, "wb") as progress:
            process = _process((*command.words, *words, "--progress", "json", "--log", str(folder / LOG)), progress)
    run = Run(folder, tuple(words), process.pid, started_at(process.pid), log_from, _process=process)
    said = {"process": run.number, "started": run.started, "words": list(words), "log_from": log_from}
    write_text(folder / RUN, json.dumps(said, indent=1) + "\n")
    return run


def _process(words: Sequence[str], progress: Any) -> "subprocess.Popen[bytes]":
    apart: dict[str, Any] = {"start_new_session": True}
    if sys.platform == "win32":
        apart = {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP | subprocess.CREATE_NO_WINDOW}
    try:
        return subprocess.Popen(
            list(words),
            env=child_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=progress,
            **apart,
        )
    except OSError as error:
        raise UsageError(f"cannot be started ({reason(error)})", where=words[0], fix=HOW) from error


def pick_up(work: Path) -> Run | None:
    """The run that was started last for a work folder, whoever did it; None if there was none.

    raises  OutputError if what tells it is damaged
    """
    path = work / FOLDER / RUN
    try:
        said = read_json(path)
    except (FileNotFoundError, NotADirectoryError):  # where nothing can be, nothing was started
        return None
    except (OSError, ValueError) as error:
        raise OutputError(f"does not tell which run it is ({error})", where=path, fix="delete it") from error
    try:
        words = tuple(map(str, said["words"]))
        return Run(path.parent, words, int(said["process"]), str(said["started"]), int(said["log_from"]))
    except (KeyError, TypeError, ValueError) as error:
        raise OutputError(f"does not tell which run it is ({error})", where=path, fix="delete it") from error
