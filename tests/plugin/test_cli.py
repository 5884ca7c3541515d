"""The command ends with the documented code and a line that helps, whatever is typed and whatever happens."""

import contextlib
import errno
import logging
import os
import signal
import subprocess
import sys
import threading

import pytest

from nodes import NODES
from plugin.cli import main, parser
from tests.places import ROOT
from vfxlib.errors import FramesFailed, OutputError, PictureError, Stopped

HEAVY = ("numpy", "torch", "cv2", "OpenImageIO", "OpenEXR", "PyOpenColorIO", "av", "scipy", "PIL")
NODE = NODES[0].name


def python(code, **more):
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False, **more
    )


def failing(error):
    """What fails in place of ``paintout check``."""

    def fail(*_, **__):
        raise error

    return fail


# --- words


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param([], "no command is given", id="nothing"),
        pytest.param(["paint"], "'paint'", id="no such command"),
        pytest.param(["nodes", "--jsn"], "--jsn", id="no such option"),
        pytest.param(["check"], "SEQ", id="a word is missing"),
        pytest.param(["review", "job.json"], "--out", id="an option is missing"),
        pytest.param(["check", "a", "b"], "b", id="a word too many"),
        pytest.param([NODE, "--plate"], "--plate", id="an option without its value"),
        pytest.param([NODE, "--progress", "loud"], "loud", id="a word that is not among the choices"),
        pytest.param(["run", "job.json", "--frames", "10-1"], "10-1", id="no frame list"),
    ],
)
@pytest.mark.parametrize("debug", [False, True])
def test_wrong_use_ends_with_2_and_says_what_is_wrong_and_where_help_is(capsys, words, said, debug):
    assert main([*words, *(["--debug"] if debug else [])]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert said in told.err
    assert "\n  try: " in told.err
    assert ("Traceback" in told.err) is debug


@pytest.mark.parametrize("words", [["--debug", "check", "nowhere"], ["check", "--debug", "nowhere"]])
def test_debug_may_stand_anywhere(capsys, words):
    assert main(words) == 2
    assert "Traceback" in capsys.readouterr().err


def test_every_node_and_every_other_word_has_help(capsys):
    words = next(action for action in parser()._actions if action.dest == "word").choices
    assert {node.name for node in NODES} < set(words)
    for word in words:
        assert main([word, "--help"]) == 0
        assert f"usage: paintout {word}" in capsys.readouterr().out


def test_the_exit_codes_stand_in_the_help(capsys):
    assert main(["--help"]) == 0
    told = " ".join(capsys.readouterr().out.split())
    for words in ("0 done", "1 failed", "2 wrong use or bad input", "75 stopped by SIGTERM", "130 Ctrl-C"):
        assert words in told


def test_without_arguments_those_of_the_process_are_taken(capsys, monkeypatch):
    monkeypatch.setattr(sys, "argv", ["paintout", "nodes"])
    assert main() == 0
    assert NODE in capsys.readouterr().out


def test_what_only_tells_something_loads_no_library():
    code = f"""
import sys
from plugin.cli import main
for words in (["--help"], ["nodes"], ["nodes", "--json"], ["{NODE}", "--help"], ["--version"], ["nothing"], []):
    main(words)
print("loaded", [name for name in {HEAVY!r} if name in sys.modules])
"""
    run = python(code)
    assert run.stdout.splitlines()[-1] == "loaded []", run.stderr


def test_the_module_is_the_command():
    run = subprocess.run(
        [sys.executable, "-m", "plugin", "nothing"], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert run.returncode == 2
    assert run.stderr.startswith("paintout: ")


# --- what happens on the way


@pytest.mark.parametrize(
    ("error", "code", "line"),
    [
        pytest.param(
            PictureError("is cut", where="a.exr", fix="copy it"),
            2,
            "paintout: a.exr: is cut\n  try: copy it",
            id="input",
        ),
        pytest.param(FramesFailed({7: PictureError("x")}), 1, "paintout: 1 frame failed: 7", id="frames"),
        pytest.param(KeyboardInterrupt(), 130, "start it again and it goes on", id="Ctrl-C"),
        pytest.param(Stopped(), 75, "start it again and it goes on", id="SIGTERM"),
        pytest.param(MemoryError(), 1, "out of memory\n  try: lower --memory or --threads", id="memory"),
        pytest.param(RecursionError(), 2, "nested too deeply\n  try: look for lists in lists", id="nesting"),
        pytest.param(RuntimeError("a fault"), 1, "internal error: RuntimeError: a fault\n  try: --debug", id="fault"),
    ],
)
def test_an_error_is_a_line_and_a_code(capsys, monkeypatch, error, code, line):
    monkeypatch.setattr("vfxlib.io.check.check_sequence", failing(error))
    assert main(["check", "a.exr"]) == code
    told = capsys.readouterr()
    assert line in told.err
    assert "Traceback" not in told.err
    assert told.out == ""


def test_what_the_system_refuses_and_nobody_has_put_into_words_is_bad_input(capsys, monkeypatch):
    refused = OSError(errno.ENAMETOOLONG, os.strerror(errno.ENAMETOOLONG), "a" * 300)
    monkeypatch.setattr("vfxlib.io.check.check_sequence", failing(refused))
    assert main(["check", "a.exr"]) == 2
    told = capsys.readouterr().err
    assert "aaa: the system refuses it (File name too long)\n  try: " in told


def stopping(error):
    """What is stopped while it works, in place of ``paintout check``, and comes out as another error."""

    def fail(*_, **__):
        with contextlib.suppress(Stopped):
            signal.raise_signal(signal.SIGTERM)
        raise error

    return fail


def test_an_error_that_a_stop_becomes_inside_a_library_is_still_the_stop(capsys, monkeypatch):
    monkeypatch.setattr("vfxlib.io.check.check_sequence", stopping(ImportError("failed to import")))
    assert main(["check", "a.exr"]) == 75
    assert capsys.readouterr().err == "paintout: stopped; start it again and it goes on where it was\n"


def test_what_could_not_be_kept_at_a_stop_is_told(capsys, monkeypatch):
    monkeypatch.setattr("vfxlib.io.check.check_sequence", stopping(OutputError("is full", where="state")))
    assert main(["check", "a.exr"]) == 75
    assert capsys.readouterr().err.splitlines()[0] == "paintout: state: is full"


def test_handlers_streams_and_logging_are_afterwards_as_they_were(monkeypatch, capsys):
    def state():
        signals = [signal.getsignal(each) for each in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)]
        return signals, sys.stdout, sys.stderr, sys.excepthook, list(logging.getLogger().handlers)

    before = state()
    assert main(["nodes"]) == 0
    assert main(["nothing"]) == 2
    monkeypatch.setattr("vfxlib.io.check.check_sequence", stopping(ImportError("failed to import")))
    assert main(["check", "a.exr"]) == 75
    assert state() == before


@pytest.mark.parametrize("words", [["nodes"], ["nodes", "--json"], ["--help"], ["check", "--help"]])
def test_an_answer_that_has_no_room_is_an_error_in_words(monkeypatch, capsys, words):
    with open("/dev/full", "w") as full:
        monkeypatch.setattr(sys, "stdout", full)
        assert main(words) == 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), full.fileno())
    told = capsys.readouterr().err
    assert told.startswith("paintout: standard output: cannot be written (No space left on device)\n  try: ")


def test_debug_shows_where_a_fault_of_ours_is(capsys, monkeypatch):
    monkeypatch.setattr("vfxlib.io.check.check_sequence", failing(RuntimeError("a fault")))
    assert main(["check", "a.exr", "--debug"]) == 1
    told = capsys.readouterr().err
    assert "Traceback" in told
    assert told.index("Traceback") < told.index("internal error")


def test_a_reader_that_has_gone_is_no_fault():
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as gone:
        run = subprocess.run(
            [sys.executable, "-m", "plugin", "nodes", "--json"],
            stdout=gone,
            stderr=subprocess.PIPE,
            text=True,
            cwd=ROOT,
            timeout=60,
            check=False,
        )
    assert run.returncode == 1
    assert "Traceback" not in run.stderr
    assert "internal error" not in run.stderr


def test_the_command_runs_in_a_thread_which_may_not_handle_signals(capsys):
    codes = []
    thread = threading.Thread(target=lambda: codes.append(main(["nodes"])))
    thread.start()
    thread.join()
    assert codes == [0]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["flow-inpaint", "--gorw", "1"], ["paintout flow-inpaint: there is no option '--gorw'", "write --grow"]),
        (["run", "a.json", "b.json"], ["'b.json' is one too many", "paintout run --help"]),
        (["--gorw"], ["paintout: there is no option '--gorw'", "paintout --help"]),
    ],
)
def test_an_option_that_does_not_exist_is_named_with_the_nearest(words, said, capsys):
    assert main(words) == 2
    told = capsys.readouterr().err
    assert all(each in told for each in said)
    assert "paintout: paintout: " not in told
