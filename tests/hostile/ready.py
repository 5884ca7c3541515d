"""Commands as processes of their own that start in no time: forked from one that has loaded every library.

python -m tests.hostile.ready    reads requests from standard input, a JSON line each, and answers with one
"""

import importlib
import json
import os
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

import pytest

from nodes import MORE
from tests.hostile.late_share import see_late
from tests.hostile.place import QUICK, Place
from tests.places import ROOT

__all__ = ["Ready", "needs_fork", "slow_words", "wait_until"]

SLOW = "tests.hostile.slow:SLOW"
LOADED = ("nodes.engine.runner", "tests.hostile.slow", "vfxlib.io.check", "plugin.cli")
HUNG = 60.0  # seconds
needs_fork = pytest.mark.skipif(not hasattr(os, "fork"), reason="this system does not fork")


def wait_until(true: Callable[[], object], what: str) -> None:
    """Wait for a state, and not for a time."""
    end = time.monotonic() + HUNG
    while not true():
        assert time.monotonic() < end, f"never came to it: {what}"
        time.sleep(0.005)


def slow_words(place: Place, *more: str) -> list[str]:
    """The command of a node whose frames after the third wait for a file called "go"; it tells progress in lines."""
    return ["slow", *place.words()[1:-1], "plain", *more]


class Ready:
    """Starts commands; several at once, if wanted. To be closed.

    prefix  of the process that they are forked from, such as unshare
    """

    def __init__(self, *prefix: str) -> None:
        env = {**os.environ, MORE: f"{QUICK},{SLOW}", "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
        words = [*prefix, sys.executable, "-m", "tests.hostile.ready"]
        self.process = subprocess.Popen(
            words, cwd=ROOT, env=env, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )

    def close(self) -> None:
        """End it."""
        self.process.communicate(timeout=HUNG)

    def start(
        self, folder: Path, *words: str, out: str | None = "out.txt", err: str | None = "err.txt", **more: Any
    ) -> int:
        """Start a command that stands in a folder.

        out, err  files there that standard output and error go to, or pipes with a name; None for closed
        more      limit  bytes that a file may have; hup  False to have SIGHUP ignored; env  more of the environment;
                  encoding  of the two streams; late  as ``see_late``; clock  seconds that its clock is wrong
        returns   number of the process
        """
        return self._ask(do="start", folder=str(folder), words=words, out=out, err=err, **more)

    def wait(self, number: int) -> int:
        """The exit code of one that was started; negative for a signal that killed it, -9 if it never ended."""
        return self._ask(do="wait", number=number)

    def alive(self, number: int) -> bool:
        """True until it has ended."""
        return self._ask(do="alive", number=number)

    def run(self, folder: Path, *words: str, **more: Any) -> int:
        """Start one, and wait for it; its exit code."""
        return self.wait(self.start(folder, *words, **more))

    def tool(self, *words: str) -> int:
        """Run a program as this one is run, in its namespaces; its exit code."""
        return self._ask(do="tool", words=words)

    def _ask(self, **request: Any) -> Any:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


def _serve(requests: IO[str], answers: IO[str]) -> None:
    ended: dict[int, int] = {}
    for name in LOADED:
        importlib.import_module(name)
    for line in requests:
        match json.loads(line):
            case {"do": "start", **more}:
                answer: object = _fork(more)
            case {"do": "tool", "words": words}:
                answer = subprocess.run(words, capture_output=True, check=False).returncode
            case {"do": "wait", "number": number}:
                answer = ended[number] if number in ended else _wait(number)
            case {"do": "alive", "number": number}:
                found, status = os.waitpid(number, os.WNOHANG) if number not in ended else (0, 0)
                if found:
                    ended[number] = os.waitstatus_to_exitcode(status)
                answer = number not in ended
        print(json.dumps(answer), file=answers, flush=True)


def _wait(number: int) -> int:
    """The exit code of a process; one that hangs is killed, or every test after it would hang too."""
    end = time.monotonic() + 3 * HUNG
    while not (found := os.waitpid(number, os.WNOHANG))[0]:
        if time.monotonic() > end:
            os.kill(number, signal.SIGKILL)
            found = os.waitpid(number, 0)
            break
        time.sleep(0.005)
    return os.waitstatus_to_exitcode(found[1])


def _fork(request: dict[str, Any]) -> int:
    number = os.fork()
    if number:
        return number
    try:
        from plugin.__main__ import entry

        os.chdir(request["folder"])
        os.environ.update(request.get("env", {}))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever runs tests in the background ignores it
        signal.signal(signal.SIGHUP, signal.SIG_DFL if request.get("hup", True) else signal.SIG_IGN)
        if "limit" in request:
            resource.setrlimit(resource.RLIMIT_FSIZE, (request["limit"],) * 2)
        if "late" in request:
            folder, *late = request["late"]
            see_late(Path(folder), *late)
        if "clock" in request:
            now, wrong = time.time, request["clock"]
            time.time, time.time_ns = lambda: now() + wrong, lambda: int(1e9 * (now() + wrong))
        os.closerange(1, 256)
        for at, path in enumerate((request["out"], request["err"]), start=1):
            if path is not None:
                os.dup2(opened := os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666), at)
                if opened != at:
                    os.close(opened)
        sys.stdout, sys.stderr = (
            None if request[way] is None else os.fdopen(at, "w", encoding=request.get("encoding"))
            for at, way in enumerate(("out", "err"), start=1)
        )
        sys.argv = ["paintout", *request["words"]]
        entry()
    except SystemExit as ended:  # as the interpreter does it, with 120 for streams that cannot be flushed
        code = ended.code if isinstance(ended.code, int) else 1
        try:
            for stream in (sys.stdout, sys.stderr):
                stream.flush()
        except (OSError, ValueError):
            code = 120
        os._exit(code)
    finally:
        os._exit(99)


if __name__ == "__main__":
    answers = os.fdopen(os.dup(1), "w")
    _serve(sys.stdin, answers)
    os._exit(0)  # it has nothing to put in order, and libraries take their time
