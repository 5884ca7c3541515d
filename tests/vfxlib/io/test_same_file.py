"""One file by two ways is one file; two that hold the same are two."""

import os

import pytest

from vfxlib.io.same_file import file_identity


def test_links_lead_to_one_file(tmp_path):
    (tmp_path / "a").write_text("x")
    (tmp_path / "soft").symlink_to("a")
    os.link(tmp_path / "a", tmp_path / "hard")
    (tmp_path / "folder").symlink_to(tmp_path)
    ways = ("a", "soft", "hard", "folder/a", "folder/folder/hard")
    assert len({file_identity(tmp_path / way) for way in ways}) == 1


def test_equal_files_are_two(tmp_path):
    for name in "ab":
        (tmp_path / name).write_text("x")
    assert file_identity(tmp_path / "a") != file_identity(tmp_path / "b")


@pytest.mark.parametrize("name", ["none", "a" * 300, "a\0"])
def test_what_is_not_there_is_no_file(tmp_path, name):
    assert file_identity(tmp_path / name) is None
