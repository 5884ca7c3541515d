"""A program is measured as it runs: seconds, memory, and what it tells of its progress."""

import sys

import pytest

from benchmarks.bench.meter import paintout_command, run


def program(*lines):
    return [sys.executable, "-c", "\n".join(("import json, sys, time", *lines))]


def tell(task, done):
    return f"print(json.dumps({{'task': {task!r}, 'done': {done}}}), file=sys.stderr, flush=True)"


def test_seconds_and_the_most_memory_are_measured():
    taken = run(program("b = bytearray(200 << 20)", "time.sleep(0.3)"))
    assert taken.seconds > 0.3
    assert taken.memory > 200 << 20
    assert (taken.steps, taken.ticks, taken.start) == ({}, {}, 0.0)


def test_memory_of_children_counts():
    child = "import subprocess; subprocess.run([sys.executable, '-c', 'import time; b = bytearray(200 << 20);"
    taken = run(program(f"{child} time.sleep(0.5)'], check=True)"))
    assert taken.memory > 200 << 20


def test_a_step_lasts_until_the_next_one_begins():
    taken = run(program(tell("x", 0), "time.sleep(0.1)", tell("x", 2), tell("y", 0)))
    (x, _), (_, last) = taken.ticks["x"]
    ((y, _),) = taken.ticks["y"]
    assert last == 2
    assert taken.steps == {"x": y - x, "y": taken.seconds - y}


def test_the_start_ends_with_the_first_line_of_progress():
    taken = run(program("print('loading', file=sys.stderr)", "time.sleep(0.3)", tell("x", 0)))
    assert 0.3 < taken.start == taken.ticks["x"][0][0]


def test_a_program_that_fails_says_why():
    with pytest.raises(RuntimeError, match="no such plate"):
        run([sys.executable, "-c", "raise SystemExit('no such plate')"])


def test_our_command_is_that_of_this_checkout():
    assert run(paintout_command("nodes")).seconds > 0
