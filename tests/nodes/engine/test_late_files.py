"""A file of an earlier step that is not there yet: looked for twice, waited for, and named in the end."""

import threading
import time
from io import StringIO

import pytest

from nodes.engine import late_files
from nodes.engine.late_files import LateFiles
from nodes.flow_inpaint import FLOW_INPAINT
from nodes.job import JobNode
from vfxlib.errors import UsageError
from vfxlib.progress import open_progress

NODE = JobNode(FLOW_INPAINT, FLOW_INPAINT.params())
STEP = FLOW_INPAINT.step("motion")


@pytest.fixture
def said():
    return StringIO()


def late(said, patience):
    return LateFiles(patience, open_progress("plain", said))


def test_what_is_there_is_not_waited_for(tmp_path, said):
    path = tmp_path / "there.exr"
    path.touch()
    late(said, 60).require(NODE, STEP, 1, path)
    assert not said.getvalue()


def test_what_comes_meanwhile_is_taken(tmp_path, said):
    path = tmp_path / "late.exr"
    threading.Timer(0.2, path.touch).start()
    late(said, 60).require(NODE, STEP, 1, path)
    assert "late.exr: is not there; waits 60 s" in said.getvalue()


def test_all_files_together_are_waited_for_no_longer_than_the_patience(tmp_path, said, monkeypatch):
    monkeypatch.setattr(late_files, "LOOK_EVERY", 0.01)
    waiting, begin = late(said, 0.2), time.monotonic()
    for name in ("a", "b", "c"):
        with pytest.raises(UsageError, match="step motion has not been run for frame 7"):
            waiting.require(NODE, STEP, 7, tmp_path / name)
    assert time.monotonic() - begin >= 0.2
    assert said.getvalue().count("; waits ") == 1


@pytest.mark.parametrize(("patience", "another"), [(0, False), (60, True)])
def test_nobody_waits_without_patience_nor_where_no_stop_comes(tmp_path, said, patience, another):
    """A thread that slept would hold up a stop."""
    ended = []

    def ask():
        with pytest.raises(UsageError):
            late(said, patience).require(NODE, STEP, 1, tmp_path / "never" / "comes.exr")
        ended.append(True)

    if another:
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join(10)
    else:
        ask()
    assert ended
    assert not said.getvalue()
