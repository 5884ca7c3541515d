"""One try: a fresh folder, something in it changed, a command in this process, and what must not have happened."""

import io
import json
import logging
import os
import re
import shutil
import sys
import time
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout, suppress
from dataclasses import dataclass
from pathlib import Path

from nodes import MORE
from tests.fuzz.findings import Finding, place_of
from tests.fuzz.memory import peak_bytes, reset_peak, resident_bytes
from tests.fuzz.seeds import POOLS
from tests.fuzz.target import Target, Try
from tests.hostile.place import QUICK, files_in

__all__ = ["Limits", "Outcome", "lay_out", "run_try"]

EXITS = (0, 1, 2)
HELP = {"-h", "--h", "--he", "--hel", "--help", "--version"}  # ask for words, whatever else is asked for
FOREIGN = re.compile(rb"0x[0-9a-f]+|\d+|'[^']*'|\"[^\"]*\"|/\S+")  # what differs from try to try in a library's words


@dataclass(frozen=True)
class Limits:
    """What a try may take.

    seconds  of processor time
    peak     bytes of memory beyond those at its beginning
    """

    seconds: float = 20.0
    peak: int = 2 * 2**30


@dataclass(frozen=True)
class Outcome:
    """What came of a try.

    code      exit code
    findings  what must not have happened
    seconds   of processor time
    resident  bytes in memory afterwards
    aside     what a library has said past Python, its first words; no finding, but nothing to be proud of
    """

    code: int
    findings: tuple[Finding, ...]
    seconds: float
    resident: int
    aside: str = ""


def lay_out(template: Path, folder: Path, one: Try) -> None:
    """Make the folder of a try.

    template  that of the seed; it is only read
    folder    is not there yet
    """
    shutil.copytree(template, folder, ignore=shutil.ignore_patterns(*POOLS))
    with suppress(OSError, AttributeError):
        os.mkfifo(folder / "fifo")
    for name, data in one.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(data)
    for name, new in one.moved.items():
        with suppress(OSError, ValueError):  # a name that the file system does not take
            os.rename(folder / name, folder / new) if new else os.remove(folder / name)
    for name, kind in one.other.items():
        _lay_other(folder / name, kind)


def _lay_other(path: Path, kind: str) -> None:
    """Something that is no picture at a place."""
    path.unlink(missing_ok=True)
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe" and hasattr(os, "mkfifo"):
        os.mkfifo(path)
    elif kind == "loop":
        path.symlink_to(path.name)
    elif kind == "broken link":
        path.symlink_to("nothing-at-all")
    else:
        path.touch()


def run_try(target: Target, one: Try, template: Path, folder: Path, limits: Limits) -> Outcome:
    """Try it.

    folder  for the try, is not there yet and is gone afterwards
    """
    lay_out(template, folder, one)
    try:
        outcome = _run(target, one, folder, limits)
        if any(finding.kind == "internal error" and not finding.place for finding in outcome.findings):
            shutil.rmtree(folder)
            lay_out(template, folder, one)  # once more, to see where
            return _run(target, Try(("--debug", *one.words)), folder, limits)
        return outcome
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _run(target: Target, one: Try, folder: Path, limits: Limits) -> Outcome:
    before, resident = files_in(folder), resident_bytes()
    reset_peak()
    began = time.process_time()
    with _listening(folder) as heard:
        code = _call(target, one.words, heard)
    seconds = time.process_time() - began
    peak, after = peak_bytes() - resident, files_in(folder)
    findings = [*heard.warnings, *_judge(target, one.words, code, heard)]
    lost = sorted(n for n in before if after.get(n) != before[n] and not n.startswith(target.changes))
    left = sorted(n for n in after if n.endswith(".tmp") and n not in before)
    if lost:
        findings.append(Finding("lost", f"{target.name}: {Path(lost[0]).parent}", f"changed or gone: {lost}"))
    if left:
        findings.append(Finding("left", f"{target.name}", f"left behind: {left}"))
    if peak > limits.peak:
        findings.append(Finding("memory", f"{target.name}: peak", f"{peak >> 20} MiB beyond its beginning"))
    if seconds > limits.seconds:
        findings.append(Finding("hang", f"{target.name}: slow", f"{seconds:.1f} s of processor time"))
    return Outcome(code, tuple(findings), seconds, resident_bytes(), heard.aside)


class _Heard:
    """What a command has said: on standard output, on standard error, and past Python."""

    def __init__(self) -> None:
        self.out, self.err, self.past = io.BytesIO(), io.BytesIO(), b""
        # as Python opens them for a command
        self.stdout = io.TextIOWrapper(self.out, encoding="utf-8", write_through=True)
        self.stderr = io.TextIOWrapper(self.err, encoding="utf-8", errors="backslashreplace", write_through=True)
        self.warnings: list[Finding] = []

    @property
    def words(self) -> str:
        """All of it."""
        return "\n".join(each.decode("utf-8", "replace") for each in (self.out.getvalue(), self.err.getvalue()))

    @property
    def aside(self) -> str:
        """The first words that a library has said past Python, without numbers and names."""
        lines = self.past.strip().splitlines()
        return FOREIGN.sub(b"#", lines[0]).decode("utf-8", "replace")[:60] if lines else ""

    def warn(self, message: Warning | str, category: type[Warning], filename: str, line: int, *_: object) -> None:
        """A warning, in place of its being printed."""
        place = place_of("".join(traceback.format_stack()[:-2])) or f"{filename}:{line}"
        self.warnings.append(Finding("warning", place, f"{filename}:{line}: {category.__name__}: {message}"))


@contextmanager
def _listening(folder: Path) -> Iterator[_Heard]:
    """Stand in the folder as a shell would, and hear all that is said."""
    heard, home = _Heard(), os.getcwd()
    os.environ[MORE] = QUICK
    os.chdir(folder)
    beyond = os.dup(2)
    with open(folder.parent / "past.txt", "w+b") as past:
        os.dup2(past.fileno(), 2)
        try:
            with warnings.catch_warnings(), redirect_stdout(heard.stdout), redirect_stderr(heard.stderr):
                warnings.simplefilter("always")
                warnings.simplefilter("ignore", ResourceWarning)  # which nobody sees
                warnings.showwarning = heard.warn
                yield heard
        finally:
            os.dup2(beyond, 2)
            os.close(beyond)
            os.chdir(home)
            past.seek(0)
            heard.past = past.read(1 << 16)
            _close_logs()


def _close_logs() -> None:
    """Loggers as a new process has them."""
    for logger in (logging.getLogger(), logging.getLogger("paintout")):
        for handler in logger.handlers[:]:
            logger.removeHandler(handler)
            handler.close()


def _call(target: Target, words: Sequence[str], heard: _Heard) -> int:
    try:
        return target.call(words)
    except MemoryError:
        print("paintout: out of memory", file=sys.stderr)
        return 1
    except Exception as error:
        traceback.print_exc()
        print(f"paintout: internal error: {type(error).__name__}: {error}", file=sys.stderr)
        return 1


def _judge(target: Target, words: Sequence[str], code: int, heard: _Heard) -> Iterator[Finding]:
    """What a command has said and how it ended, against what it may say and how it may end."""
    said, err = heard.words, heard.err.getvalue().decode("utf-8", "replace")
    if "internal error" in err:
        line = next(line for line in err.splitlines() if "internal error" in line)
        yield Finding("internal error", place_of(err), f"{line}\n\n{said}")
    elif "Traceback (most recent" in err:
        if words[0] != "--debug":
            yield Finding("traceback", place_of(err), said)
    elif code not in EXITS:
        yield Finding("exit code", f"{target.name}: {code}", said)
    elif code != 0 and not said.strip():
        yield Finding("silence", f"{target.name}: {code}", "it failed without a word")
    elif code == 2 and err and "try: " not in err:
        line = FOREIGN.sub(b"#", heard.err.getvalue().splitlines()[0]).decode("utf-8", "replace")
        yield Finding("no way out", f"{target.name}: {line[:80]}", said)
    if "out of memory" in err or "does not fit into memory" in err:
        yield Finding("memory", f"{target.name}: refused", said)
    if code in (0, 1) and "--json" in words and heard.out.getvalue().strip() and not HELP & set(words):
        try:
            json.loads(heard.out.getvalue(), parse_constant=_no_json)
        except ValueError as error:
            yield Finding("no JSON", f"{target.name}: {words[0]}", f"{error}\n{said}")


def _no_json(name: str) -> None:
    raise ValueError(f"{name} is no JSON")
