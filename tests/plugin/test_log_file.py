"""A log is a file of ours or a new one; nobody's plate ends with our lines."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from plugin.log_file import open_log
from vfxlib.errors import OutputError


@pytest.fixture(autouse=True)
def logger(monkeypatch: pytest.MonkeyPatch) -> Iterator[logging.Logger]:
    logger = logging.getLogger("paintout")
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "level", logger.level)
    monkeypatch.setattr("sys.argv", ["paintout", "as", "it", "was", "typed"])
    yield logger
    for handler in logger.handlers:
        handler.close()


def test_a_log_begins_with_the_command_line(tmp_path: Path) -> None:
    open_log(tmp_path / "deep" / "a.log")
    assert (tmp_path / "deep" / "a.log").read_text(encoding="utf-8").endswith(": paintout as it was typed\n")


def test_a_log_goes_on_behind_an_earlier_one_and_in_an_empty_file(tmp_path: Path, logger: logging.Logger) -> None:
    path = tmp_path / "a.log"
    path.touch()
    for _ in range(2):
        open_log(path)
        logger.info("%s", "one\nmore")
        logger.handlers.pop().close()
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
