"""A log is a file of ours or a new one; nobody's plate ends with our lines."""

import errno
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.log_file import close_log, log_is_open, open_log, tell_log
from vfxlib.errors import OutputError


@pytest.fixture(autouse=True)
def logger(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    logger = logging.getLogger("paintout")
    monkeypatch.setattr("sys.argv", ["paintout", "as", "it", "was", "typed"])
    yield logger
    close_log()


def test_a_log_begins_with_the_command_line(tmp_path: Path) -> None:
    open_log(tmp_path / "deep" / "a.log")
    assert (tmp_path / "deep" / "a.log").read_text(encoding="utf-8").endswith(": paintout as it was typed\n")


def test_a_log_goes_on_behind_an_earlier_one_and_in_an_empty_file(tmp_path: Path, logger: logging.Logger) -> None:
    path = tmp_path / "a.log"
    path.touch()
    for _ in range(2):
        open_log(path)
        logger.info("%s", "one\nmore")
        close_log()
    assert len(path.read_text(encoding="utf-8").splitlines()) == 6


@pytest.mark.parametrize("content", [b"v/1\x01 a plate", b"2026-11-26 07:00:00,123 INFO somebody's\n", b"{}\n"])
def test_what_is_no_log_of_ours_keeps_its_bytes(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plate.0002.exr"
    path.write_bytes(content)
    with pytest.raises(OutputError, match=r"plate\.0002\.exr: is there already, and is no log"):
        open_log(path)
    assert path.read_bytes() == content


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path(os.devnull)):
        with pytest.raises(OutputError, match="no log of Paintout's"):
            open_log(path)


def test_a_place_where_none_can_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "a.log", tmp_path / ("a" * 300), tmp_path / "a\0.log"):
        with pytest.raises(OutputError, match=r"--log .*cannot be written"):
            open_log(path)


def test_what_is_told_and_what_the_work_finds_out_are_lines_until_it_is_closed(
    tmp_path: Path, logger: logging.Logger, capsys: pytest.CaptureFixture[str]
) -> None:
    before = logger.level
    tell_log("before")
    open_log(tmp_path / "a.log")
    assert log_is_open()
    tell_log("told")
    logger.warning("found")
    close_log()
    assert not log_is_open()
    tell_log("after")
    lines = [line[24:] for line in (tmp_path / "a.log").read_text(encoding="utf-8").splitlines()]
    assert lines[1:] == ["INFO told", "WARNING found"]
    assert logger.level == before
    assert "told" not in capsys.readouterr().err


def test_names_that_are_no_text_are_written_as_escapes(tmp_path: Path) -> None:
    open_log(tmp_path / "a.log")
    tell_log("pl\udce4te")
    close_log()
    assert b"pl\\udce4te" in (tmp_path / "a.log").read_bytes()


def test_a_log_that_cannot_be_written_any_more_is_told_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    open_log(tmp_path / "a.log")
    write, calls = os.write, []

    def full(number: int, data: bytes) -> int:
        calls.append(data)
        if len(calls) > 1:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(number, data[:10])  # the last that had room

    monkeypatch.setattr(os, "write", full)
    for _ in range(3):
        tell_log("told")
    monkeypatch.undo()
    close_log()
    line = f"paintout: --log {tmp_path}/a.log: cannot be written any more (No space left on device); "
    assert capsys.readouterr().err == line + "the work goes on without it\n"
    assert len(calls) == 2
