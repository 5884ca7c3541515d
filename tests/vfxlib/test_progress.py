"""Progress in every form says task, share, rate, time left and how it goes."""

import io
import json

import pytest

from vfxlib.progress import open_progress


def told(mode, *, first=0, note="loss 0.3, held-out 24.1 dB"):
    out = io.StringIO()
    progress = open_progress(mode, out)
    progress.begin("node/fit", 10, done=first, unit="step")
    progress.advance(note, by=2)
    progress.message("a warning")
    progress.advance(note, by=2, total=first + 4)
    return out.getvalue()


@pytest.mark.parametrize("mode", ["bar", "plain", "json"])
def test_the_note_is_shown(mode):
    words = told(mode)
    assert "loss 0.3, held-out 24.1 dB" in words
    assert "a warning" in words


def test_plain_lines_name_unit_rate_and_time_left():
    first, _, last = told("plain").splitlines()
    assert first == "node/fit: 10 steps"
    assert last.startswith("node/fit: 4/4, ")
    assert "steps/s, 0 s left, loss" in last


def test_what_an_earlier_run_did_counts_as_done_but_not_in_the_rate():
    assert "node/fit: 10 steps, 5 done before" in told("plain", first=5)
    ticks = [json.loads(line) for line in told("json", first=5).splitlines()]
    assert [tick["done"] for tick in ticks if "done" in tick] == [5, 7, 9]
    assert ticks[1]["left"] == pytest.approx(ticks[1]["seconds"] / 2 * 3, abs=0.02)


def test_a_length_that_is_known_better_is_told():
    ticks = [json.loads(line) for line in told("json").splitlines()]
    assert [tick["total"] for tick in ticks if "done" in tick] == [10, 10, 4]


def test_a_bar_begins_where_an_earlier_run_ended():
    assert "50%" in told("bar", first=5)


def test_frames_are_counted_when_nothing_else_is_said():
    out = io.StringIO()
    progress = open_progress("plain", out)
    progress.begin("node/render", 2)
    progress.advance()
    progress.advance()
    assert out.getvalue().splitlines()[0] == "node/render: 2 frames"
    assert out.getvalue().splitlines()[-1].endswith("s left")


def test_a_farm_sees_the_note_in_the_status(monkeypatch, capsys):
    monkeypatch.setenv("OPENJD_SESSION_WORKING_DIR", "x")
    progress = open_progress("auto")
    progress.begin("node/fit", 4, unit="step")
    progress.advance("loss 0.3")
    lines = capsys.readouterr().out.splitlines()
    assert "openjd_progress: 25.0" in lines
    assert lines[-1].startswith("openjd_status: node/fit 1/4, ")
    assert lines[-1].endswith("loss 0.3")


def test_a_message_is_a_line_of_its_own_in_every_form_but_none():
    assert json.loads(told("json").splitlines()[2]) == {"message": "a warning"}
    assert "a warning" in told("plain").splitlines()
    assert told("none") == ""


def test_lines_of_a_long_job_are_seconds_apart_but_the_first_and_the_last_are_always_there():
    out = io.StringIO()
    progress = open_progress("plain", out)
    progress.begin("node/render", 50)
    for _ in range(50):
        progress.advance()
    lines = out.getvalue().splitlines()
    assert len(lines) == 2
    assert lines[0] == "node/render: 50 frames"
    assert lines[-1].startswith("node/render: 50/50, ")


class Gone(io.StringIO):
    """A pipe whose reader has gone."""

    def write(self, words):
        raise BrokenPipeError


@pytest.mark.parametrize("mode", ["auto", "bar", "plain", "json", "none"])
def test_a_listener_that_has_gone_ends_nothing(mode):
    progress = open_progress(mode, Gone())
    progress.begin("node/fit", 2)
    progress.message("a warning")
    progress.advance("loss 0.3")
    progress.advance()


def test_a_farm_that_has_gone_ends_nothing(monkeypatch):
    monkeypatch.setenv("OPENJD_SESSION_WORKING_DIR", "x")
    monkeypatch.setattr("sys.stdout", Gone())
    progress = open_progress("auto")
    progress.begin("node/fit", 2)
    progress.message("a warning")
    progress.advance()


@pytest.mark.parametrize("mode", ["bar", "plain", "json", "none"])
def test_a_log_has_the_plain_lines_and_the_messages_in_every_form(mode):
    lines = []
    progress = open_progress(mode, io.StringIO(), log=lines.append)
    progress.begin("node/fit", 50, unit="step")
    progress.message("a warning")
    for _ in range(50):
        progress.advance("loss 0.3")
    assert lines[:2] == ["node/fit: 50 steps", "a warning"]
    assert lines[2].startswith("node/fit: 50/50, ")
    assert len(lines) == 3


def test_a_bar_that_cannot_be_drawn_becomes_lines(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    stream = io.StringIO()
    progress = open_progress("bar", stream)
    progress.begin("flow-refinement", 2, unit="step")
    progress.advance("loss 0.5", by=2)
    assert stream.getvalue().splitlines()[0] == "flow-refinement: 2 steps"
    assert "2/2" in stream.getvalue().splitlines()[1]
