"""A file that cannot be read is a picture error that names it, whenever it fails."""

import errno
import os
import sys

import pytest

from vfxlib.errors import PictureError
from vfxlib.io.open_file import check_channels, open_binary, reading_own


def test_the_bytes_are_read(tmp_path):
    (tmp_path / "a").write_bytes(b"\0\r\n")
    with open_binary(tmp_path / "a") as file:
        assert file.read() == b"\0\r\n"
    assert file.closed


def test_what_is_not_there_or_no_file_is_named(tmp_path):
    for path, reason in ((tmp_path / "absent", "No such file"), (tmp_path, "directory")):
        with pytest.raises(PictureError, match=reason) as caught, open_binary(path):
            pass
        assert caught.value.where == str(path)
        assert caught.value.fix


def test_a_disk_that_fails_while_it_is_read_is_told_in_the_same_words(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(PictureError, match=r"cannot be read \(Input/output error\)"), open_binary(tmp_path / "a"):
        raise OSError(errno.EIO, "Input/output error")


def test_any_other_error_goes_on_as_it_is(tmp_path):
    (tmp_path / "a").touch()
    with pytest.raises(ValueError, match="mine"), open_binary(tmp_path / "a") as file:
        raise ValueError("mine")
    assert file.closed


def test_a_channel_that_is_not_in_the_file_is_named_with_those_that_are(tmp_path):
    check_channels(tmp_path, {"R": "half", "A": "half"}, ["A"])
    with pytest.raises(PictureError, match="channel 'Z' is not in the file") as caught:
        check_channels(tmp_path, {"R": "half", "A": "half"}, ["A", "Z", "Y"])
    assert caught.value.fix == "it holds A, R"


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes among the files")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "plate.0001.exr")
    with pytest.raises(PictureError, match="regular"), open_binary(tmp_path / "plate.0001.exr"):
        pass


def test_what_is_wrong_with_a_file_of_ours_is_mended_by_deleting_it():
    with pytest.raises(PictureError, match="is empty") as caught, reading_own():
        raise PictureError("is empty", where="a.exr", fix="render it again")
    assert caught.value.where == "a.exr"
    assert caught.value.fix.startswith("delete it")
