"""What a file counts as, and whether it still holds, is told by its fingerprint."""

import json

import numpy as np
import pytest

from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr
from vfxlib.io.footage import file_digest
from vfxlib.pipeline.fingerprint import FINGERPRINT, FileState, file_state, identity, refuse_foreign


def frame(path, own=None):
    attributes = {} if own is None else {FINGERPRINT: own}
    box = Box(0, 0, 2, 2)
    pixels = {"A": np.zeros((2, 2), np.float16)}
    write_exr(path, display=box, origin=(0, 0), data=box, aspect=1.0, channels=pixels, attributes=attributes)
    return path


def index(path, **told):
    path.write_text(json.dumps(told))
    return path


def test_what_lies_at_a_place_is_told_by_its_fingerprint(tmp_path):
    assert file_state(tmp_path / "none.exr", "a") is FileState.ABSENT
    assert file_state(frame(tmp_path / "done.exr", "a"), "a") is FileState.DONE
    assert file_state(frame(tmp_path / "stale.exr", "b"), "a") is FileState.STALE
    assert file_state(frame(tmp_path / "other.exr"), "a") is FileState.FOREIGN
    (tmp_path / "broken.exr").write_bytes(b"no picture")
    assert file_state(tmp_path / "broken.exr", "a") is FileState.FOREIGN


def test_an_index_is_told_by_its_fingerprint_too(tmp_path):
    assert file_state(index(tmp_path / "done.json", **{FINGERPRINT: "a"}), "a") is FileState.DONE
    assert file_state(index(tmp_path / "stale.json", **{FINGERPRINT: "b"}), "a") is FileState.STALE
    assert file_state(index(tmp_path / "other.json", cuts=[]), "a") is FileState.FOREIGN
    for name, words in (("cut", "{"), ("list", "[1]"), ("number", "3")):
        (tmp_path / f"{name}.json").write_text(words)
        assert file_state(tmp_path / f"{name}.json", "a") is FileState.FOREIGN


def test_an_artist_s_file_counts_by_its_content_and_ours_by_its_fingerprint(tmp_path):
    assert identity(frame(tmp_path / "ours.exr", "abc"), file_digest) == "abc"
    theirs, again = (identity(frame(tmp_path / f"{name}.exr"), file_digest) for name in ("theirs", "again"))
    assert theirs == again == file_digest(tmp_path / "theirs.exr")
    with pytest.raises(PictureError):
        identity(tmp_path / "none.exr", file_digest)


def test_a_folder_or_a_broken_frame_of_ours_is_somebody_else_s(tmp_path):
    (tmp_path / "folder.exr").mkdir()
    assert file_state(tmp_path / "folder.exr", "a") is FileState.FOREIGN
    path = frame(tmp_path / "cut.exr", "a")
    path.write_bytes(path.read_bytes()[:40])
    assert file_state(path, "a") is FileState.FOREIGN


def test_what_is_wanted_of_nothing_is_never_done(tmp_path):
    assert file_state(frame(tmp_path / "ours.exr", "a"), "") is FileState.STALE
    assert file_state(frame(tmp_path / "theirs.exr"), "") is FileState.FOREIGN


def test_the_error_for_somebody_else_s_file_names_it_and_the_way_out(tmp_path):
    told = str(refuse_foreign(tmp_path / "a.exr"))
    assert "a.exr: was not written by Paintout" in told
    assert "--overwrite" in told
