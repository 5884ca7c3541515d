"""What the system refuses becomes an error of ours, with the reason."""

import errno
import os

import pytest

from vfxlib.errors import OutputError, PictureError, UsageError
from vfxlib.io.os_errors import as_paintout_error, reading, reason, writing


def refused() -> OSError:
    return OSError(errno.EACCES, os.strerror(errno.EACCES), "/a/b")


def test_reading_and_writing_name_the_file_and_the_reason():
    with pytest.raises(PictureError, match=r"^here: cannot be read \(Permission denied\)"), reading("here"):
        raise refused()
    with pytest.raises(UsageError), reading("here", UsageError):
        raise refused()
    with pytest.raises(OutputError, match=r"^there: cannot be written \(Permission denied\)"), writing("there"):
        raise refused()


def test_what_nobody_was_nearer_to_is_bad_input_with_its_name():
    error = as_paintout_error(refused())
    assert (error.exit_code, error.where) == (2, "/a/b")
    assert "Permission denied" in error.problem


def test_an_error_without_words_still_has_a_reason():
    assert reason(OSError()) == "OSError"
    assert reason(ValueError("embedded null byte")) == "embedded null byte"
