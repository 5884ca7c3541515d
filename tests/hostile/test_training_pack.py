"""A training pack that has nowhere to go, and what is somebody's at its place."""

from tests.hostile.place import Case, cases, try_case

WORDS = ("train", "data", "--small", "--progress", "none", "--out")


def to(name, make=None):
    """A command that would make a pack at a place, and what is there before."""

    def words(place):
        if make is not None:
            make(place.folder)
        return [*WORDS, name]

    return words


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
