"""A training pack that has nowhere to go, and what is somebody's at its place."""

import os

from tests.hostile.place import Case, cases, try_case

WORDS = ("train", "data", "--small", "--progress", "none", "--out")


def to(name, make=None, words=()):
    """A command that would make a pack at a place, and what is there before."""
    more = words

    def words(place):
        if make is not None:
            make(place.folder)
        return [*WORDS, name, *more]

    return words


def own(folder, *words, make=None):
    """A command that would take own pictures."""
    return to("pack.safetensors", make, ("--pictures", folder, *words))


def empty(folder):
    (folder / "empty").mkdir()


def pipes(folder):
    (folder / "pipes").mkdir()
    os.mkfifo(folder / "pipes" / "a.exr")
    os.mkfifo(folder / "pipes" / "b.png")


RIGHTS = ("--licence", "ours", "--author", "we")
TABLE = [
    Case("a pack onto a plate frame", to("plate/plate.0001.exr"), 2, ("plate.0001.exr", "no training pack"), (), ()),
    Case("a pack onto a folder", to("plate"), 2, ("plate", "is a folder"), (), ()),
    Case("a pack without a name", to(""), 2, ("--out", "no name"), (), ()),
    Case("a pack below a file", to("plate/plate.0001.exr/pack.safetensors"), 2, ("cannot be written",), (), ()),
    Case("a pack called like its table", to("notes.md"), 2, ("notes.md", "table"), (), ()),
    Case(
        "a pack whose table is somebody's notes",
        to("pack.safetensors", lambda folder: (folder / "pack.md").write_text("mine")),
        2,
        ("pack.md", "there already"),
        (),
        (),
    ),
    Case(
        "a pack through a link that leads nowhere",
        to("pack.safetensors", lambda folder: (folder / "pack.safetensors").symlink_to("nowhere")),
        2,
        ("pack.safetensors", "no training pack"),
        (),
        (),
    ),
]


@cases(TABLE)
def test_a_pack_is_written_over_nothing(case, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))  # whatever gets so far is an error at once
    try_case(case, tmp_path, capsys)


OWN = [
    Case("own pictures that nobody owns", own("plate"), 2, ("--licence",), (), ()),
    Case("own pictures without an author", own("plate", *RIGHTS[:2]), 2, ("--author",), (), ()),
    Case("own pictures of an empty author", own("plate", *RIGHTS[:3], " "), 2, ("--author",), (), ()),
    Case("a licence of nothing", to("pack.safetensors", words=RIGHTS), 2, ("no pictures",), (), ()),
    Case("a folder of pictures that is not there", own("gone", *RIGHTS), 2, ("gone", "cannot be read"), (), ()),
    Case("a folder of pictures that is a file", own("plate/plate.0001.exr", *RIGHTS), 2, ("cannot be read",), (), ()),
    Case("a folder of pictures without a name", own("", *RIGHTS), 2, ("--pictures", "no name"), (), ()),
    Case("a folder of pictures with NUL in its name", own("a\0b", *RIGHTS), 2, (), (), ()),
    Case("a folder without pictures", own("empty", *RIGHTS, make=empty), 2, ("no picture can be used",), (), ()),
    Case("pictures that are too small", own("plate", *RIGHTS), 2, ("smaller than 256",), (), ()),
    Case("pictures that are pipes", own("pipes", *RIGHTS, make=pipes), 2, ("no picture can be used",), (), ()),
]


@cases(OWN)
def test_own_pictures_that_cannot_be_used_are_refused_before_any_work(case, tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path / "no-programs"))
    try_case(case, tmp_path, capsys)
