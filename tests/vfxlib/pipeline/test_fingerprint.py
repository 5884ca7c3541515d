"""What a file counts as, and whether it still holds, is told by its fingerprint."""

import json

import numpy as np
import OpenEXR
import pytest

from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.io.exr import read_attribute, read_channels, write_exr
from vfxlib.io.exr_header import parse_headers
from vfxlib.io.footage import file_digest
from vfxlib.pipeline.fingerprint import (
    CUT,
    FINGERPRINT,
    FileState,
    file_state,
    fingerprint_with,
    identity,
    read_fingerprint,
    refuse_foreign,
    signed,
)


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
    assert identity(frame(tmp_path / "ours.exr", "abc"), file_digest, read_fingerprint) == "abc"
    theirs, again = (
        identity(frame(tmp_path / f"{name}.exr"), file_digest, read_fingerprint) for name in ("theirs", "again")
    )
    assert theirs == again == file_digest(tmp_path / "theirs.exr")
    with pytest.raises(PictureError):
        identity(tmp_path / "none.exr", file_digest, read_fingerprint)


def test_layers_that_were_asked_for_are_told_and_change_nothing_of_the_others(tmp_path):
    path = frame(tmp_path / "more.exr", fingerprint_with("abc", ("stmap", "depth")))
    assert file_state(path, "abc") == FileState.STALE
    assert file_state(path, fingerprint_with("abc", ("depth", "stmap"))) == FileState.DONE
    assert identity(path, file_digest, read_fingerprint) == "abc"


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


def saved_by_a_tool(path, change):
    """What a tool leaves that keeps all of the header."""
    raw = read_channels(path, 0)
    pixels = {name: np.array(channel) for name, channel in raw.channels.items()}
    change(pixels)
    about = {name: value for name, value in raw.header.attributes.items() if isinstance(value, str)}
    OpenEXR.File({"compression": OpenEXR.PIZ_COMPRESSION, "type": OpenEXR.scanlineimage, **about}, pixels).write(
        str(path)
    )


def test_pixels_that_a_tool_changed_are_the_artist_s_though_it_kept_the_header(tmp_path):
    path = frame(tmp_path / "ours.exr", "a")

    def paint(pixels):
        pixels["A"][0, 0] = 1

    saved_by_a_tool(path, paint)
    assert read_attribute(path, FINGERPRINT) == "a"
    assert read_fingerprint(path) is None
    assert file_state(path, "a") is FileState.FOREIGN
    assert identity(path, file_digest, read_fingerprint) == file_digest(path)


def test_a_header_that_a_tool_changed_leaves_the_frame_ours(tmp_path):
    path = frame(tmp_path / "ours.exr", "a")
    content = path.read_bytes()
    at = content.index(b"screenWindowWidth")
    more = b"comments\0string\0\x04\0\0\0nice"
    header = parse_headers(path, content)
    offsets = np.frombuffer(content, "<u8", header.parts[0].chunks, header.end) + np.uint64(len(more))
    body = content[header.end + 8 * header.parts[0].chunks :]
    path.write_bytes(content[:at] + more + content[at : header.end] + offsets.astype("<u8").tobytes() + body)
    assert read_attribute(path, "comments") == "nice"
    assert file_state(path, "a") is FileState.DONE


def test_a_frame_of_ours_without_all_of_its_pixels_is_cut(tmp_path):
    path = frame(tmp_path / "ours.exr", "a")
    path.write_bytes(path.read_bytes()[:-1])
    assert read_fingerprint(path) == CUT
    assert file_state(path, "a") is FileState.STALE


def test_an_index_that_somebody_corrected_is_his_however_it_is_laid_out(tmp_path):
    content = signed({"cuts": [4], "place": {3: [1.5]}}, "a")
    assert file_state(index(tmp_path / "ours.json", **content), "a") is FileState.DONE
    (tmp_path / "laid.json").write_text(json.dumps(content, indent=7, sort_keys=True))
    assert file_state(tmp_path / "laid.json", "a") is FileState.DONE
    assert file_state(index(tmp_path / "mine.json", **{**content, "cuts": [5]}), "a") is FileState.FOREIGN
