"""A path told from a folder leads to the very same file, through whatever links there are."""

import os
from pathlib import Path

import pytest

from vfxlib.io.relative_path import from_folder, relative_to


@pytest.fixture
def show(tmp_path):
    """A show whose shots lie on another disk, with a plate of one name in three places."""
    for name in ("show/plate", "disk/plate", "disk/shots/sh010/plate"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "p.exr").write_text(name)
    (tmp_path / "disk/shots/sh010/jobs").mkdir()
    (tmp_path / "show/sh010").symlink_to(tmp_path / "disk/shots/sh010")
    return tmp_path


def read(folder: Path, told: str) -> str:
    """What lies where the path leads that was told from a folder."""
    return Path(from_folder(told, Path(os.path.realpath(folder)))).read_text()


PATHS = ["show/plate/p.exr", "show/sh010/plate/p.exr", "show/sh010/../../plate/p.exr", "disk/plate/p.exr"]
FOLDERS = ["show", "show/sh010", "show/sh010/jobs", "disk/shots", ".", "show/sh010/new/deep", "show/sh010/.."]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_path_leads_to_the_same_file_from_every_folder(show, path, folder):
    told = relative_to(str(show / path), show / folder)
    assert not os.path.isabs(told)
    assert read(show / folder, told) == (show / path).read_text()


@pytest.mark.parametrize("folder", FOLDERS)
def test_what_was_told_is_told_again_as_it_is(show, folder):
    for path in PATHS:
        told = relative_to(str(show / path), show / folder)
        again = relative_to(from_folder(told, Path(os.path.realpath(show / folder))), show / folder)
        assert again == told


@pytest.mark.parametrize(
    ("path", "folder", "told"),
    [
        ("show/plate/p.exr", "show", "plate/p.exr"),
        ("show/plate/../plate/./p.exr", "show", "plate/p.exr"),
        ("show/sh010/plate/p.exr", "show/sh010/jobs", "../plate/p.exr"),
        ("show/sh010/plate/p.exr", "disk/shots/sh010", "plate/p.exr"),
        ("show/sh010/plate/p.exr", "show", "sh010/plate/p.exr"),  # so that another shot may be linked there
        ("show/sh010/../../plate/p.exr", "show", "sh010/../../plate/p.exr"),
        ("show", "show/plate", ".."),
        ("show", "show", "."),
        ("show/~/p.exr", "show", "./~/p.exr"),
    ],
)
def test_no_more_of_a_path_is_changed_than_must_be(show, path, folder, told):
    assert relative_to(str(show / path), show / folder) == told


def test_a_relative_path_counts_from_where_the_process_stands(show, monkeypatch):
    monkeypatch.chdir(show / "disk")
    assert relative_to("plate/p.exr", show / "show") == "../disk/plate/p.exr"


def test_above_the_root_is_the_root():
    assert from_folder("../" * 9 + "a", Path("/b/c")) == "/a"
    assert from_folder("/../a/../../b", Path("/c")) == "/b"


def test_a_folder_that_is_moved_takes_its_paths_with_it(show):
    told = relative_to(str(show / "show/plate/p.exr"), show / "show/jobs")
    os.rename(show / "show", show / "moved")
    assert read(show / "moved/jobs", told) == "show/plate"


def test_names_that_no_file_can_have_are_no_fault():
    for name in ("x" * 300, "a" * 5000 + "/..", "\udcff"):
        assert from_folder(relative_to(f"/a/{name}/b", Path("/a")), Path("/a"))
