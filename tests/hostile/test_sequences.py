"""Names and numbers of frames: whatever lies in a folder, no frame is lost without a word, and none is waited for."""

import os
import shutil
import unicodedata

import pytest

from tests.hostile.place import Case, Place, cases, try_case


def renamed(*digits: str, option: str = "plate", matte: bool = False, spelling: str = ""):
    """Plate frames 1, 2, 3 and so on under other numbers; the job is given the folder, or another spelling."""

    def make(place: Place) -> list[str]:
        for room in ("plate", "matte") if matte else ("plate",):
            shutil.rmtree(place.folder / room)
            for number, word in enumerate(digits, 1):
                (place.plate if room == "plate" else place.matte)(number, f"{room}/{room}.{word}.exr")
        given = {"plate": f"plate/{spelling}", **({"matte": "matte"} if matte else {})}
        return ["check", given["plate"]] if option == "check" else place.words(**given)

    return make


def beside(name: str, *more: str, check: bool = False, **given: str):
    """One more file in the plate's folder."""

    def make(place: Place) -> list[str]:
        place.plate(7, f"plate/{name}")
        return ["check", "plate"] if check else place.words(*more, **given)

    return make


def listed(frames: str):
    return lambda place: place.words(f"--frames={frames}")


def in_folder(name: str, *, out: bool = False):
    def make(place: Place) -> list[str]:
        (place.folder / "plate").rename(place.folder / name)
        return place.words(plate=f"{name}/plate.####.exr", **({"out": f"{name}/new/clean.####.exr"} if out else {}))

    return make


def broken_link(place: Place) -> list[str]:
    place.matte(4)
    (place.folder / "plate/plate.0004.exr").symlink_to("away.exr")
    return place.words(plate="plate")


def frame_is_a_folder(place: Place) -> list[str]:
    place.matte(4)
    (place.folder / "plate/plate.0004.exr").mkdir()
    return place.words(plate="plate")


def links(place: Place) -> list[str]:
    (place.folder / "plate").rename(place.folder / "store")
    (place.folder / "plate").mkdir()
    for number in (1, 2, 3):
        os.symlink(f"../store/plate.{number:04d}.exr", place.folder / f"plate/plate.{number:04d}.exr")
    return place.words(plate="plate")


def composed(place: Place) -> list[str]:
    (place.folder / "plate/plate.0001.exr").rename(
        place.folder / f"plate/{unicodedata.normalize('NFD', 'platé')}.0001.exr"
    )
    return place.words(plate=f"plate/{unicodedata.normalize('NFC', 'platé')}.####.exr")


def long_path(place: Place) -> list[str]:
    """A plate at the end of nearly 4,000 characters."""
    place.folder.joinpath(*["d" * 200] * 18).mkdir(parents=True)
    deep = os.path.join(*["d" * 200] * 18, "plate")
    (place.folder / "plate").rename(place.folder / deep)
    return place.words(plate=f"{deep}/plate.####.exr")


def too_long_path(place: Place) -> list[str]:
    return place.words(plate="/".join(["d" * 200] * 22) + "/plate.####.exr")


MIXED = ("plate.#.exr 1-3", "plate.####.exr 4", "rename them")

TABLE = [
    # paddings
    Case("two paddings in a folder", renamed("1", "2", "3", "0010"), 2, ("plate.#.exr 1-3", "plate.####.exr 10"), ()),
    Case("two paddings, checked", renamed("1", "2", "3", "0004", option="check"), 2, MIXED, ()),
    Case("two paddings, the longer one spelt", renamed("1", "2", "3", "0004", spelling="plate.%04d.exr"), 2, MIXED, ()),
    Case("two paddings, the shorter one spelt", renamed("1", "2", "3", "0004", spelling="plate.#.exr"), 2, MIXED, ()),
    Case("two paddings of a matte", renamed("1", "02", "003", matte=True), 2, ("different ways",), ()),
    Case("two files for one frame", renamed("1", "0001"), 2, ("plate.#.exr 1", "plate.####.exr 1"), ()),
    Case("a plus", renamed("+1", "2", spelling="plate.#.exr"), 2, ("plate.+1.exr",), ()),
    Case("digits that other scripts write", renamed("١", "٢", spelling="plate.#.exr"), 2, ("no frame",), ()),
    # far numbers
    Case("a date among the frames, checked", beside("plate.20240115.exr", check=True), 1, ("frame 20240115 lies far",)),
    Case("a date among the frames", beside("plate.20240115.exr"), 2, ("far from the others, 1-3", "--frames 1-3"), ()),
    Case("a date, and the frames that are meant", beside("plate.20240115.exr", "--frames", "1-3"), 0, (), (1, 2, 3)),
    Case("the last frame of all", beside("plate.2147483647.exr", check=True), 1, ("frame 2147483647 lies far",)),
    Case("a frame of nine nines", beside("plate.999999999.exr"), 2, ("frame 999999999 lies far",), ()),
    Case("a number that is no frame's", beside("plate.20240115093059.exr", plate="plate"), 0, (), (1, 2, 3)),
    Case("ten digits", renamed("1700000001", "1700000002", option="check"), 0, ("1700000001-1700000002", "fit")),
    Case("twelve digits", renamed("170000000001", "170000000002", option="check"), 2, ("beyond frame 2147483647",)),
    # lists
    Case("a list of 5,000 digits", listed("9" * 5000), 2, ("beyond frame",), ()),
    Case("a step of 5,000 digits", listed("1-3x" + "9" * 5000), 2, ("beyond frame",), ()),
    Case("a list in other digits", listed("١-٣"), 2, ("no frame or range",), ()),
    Case("a superscript", listed("1-3²"), 2, ("no frame or range",), ()),
    Case("two frames without a comma", listed("1 3"), 2, ("no frame or range",), ()),
    Case("many ranges of a million", listed(",".join(["1-1000000"] * 99)), 2, ("over 1000000 frames",), ()),
    # ranges and paddings that are spelt
    Case(
        "a range of nearly all numbers",
        lambda place: place.words(plate="plate/plate.4-2147483647####.exr"),
        2,
        ("no frame of 4-2147483647",),
        (),
    ),
    Case("a padding of 99999999", lambda place: place.words(plate="plate/plate.%099999999d.exr"), 2, ("digits",), ()),
    # folders
    *(
        Case(f"a folder called {name}", in_folder(name, out=True), 0, (), None, (f"{name}/new",))
        for name in ("take#3", "100%d", "$F4", "shot.%04d")
    ),
    Case(
        "a frame number in a folder's name",
        lambda place: place.words(plate="plate.%04d/plate.exr"),
        2,
        ("folder's name",),
        (),
    ),
    Case(
        "a frame number in the name of the output's folder",
        lambda place: place.words(out="out/####/clean.####.exr"),
        2,
        ("folder's name",),
        (),
    ),
    Case("nearly 4,000 characters", long_path, 0, (), (1, 2, 3)),
    Case("over 4,000 characters", too_long_path, 2, ("too long",), ()),
    Case("a NUL", lambda place: place.words(plate="plate/a\0b.####.exr"), 2, ("can have",), ()),
    # what else lies among the frames
    Case("a link that leads nowhere", broken_link, 2, ("plate.0004.exr", "No such file"), ()),
    Case("a folder among the frames", frame_is_a_folder, 2, ("plate.0004.exr", "directory"), ()),
    Case("links to frames", links, 0, (), (1, 2, 3)),
    Case("another case", beside("Plate.0004.exr", plate="plate"), 2, ("Plate.####.exr", "plate.####.exr"), ()),
    Case("another case of the type", beside("plate.0004.EXR", plate="plate"), 2, ("plate.####.EXR",), ()),
    Case("a hidden frame", beside(".plate.0004.exr", plate="plate"), 0, (), (1, 2, 3)),
    Case("a frame that is not finished", beside("plate.0004.exr.tmp", plate="plate"), 0, (), (1, 2, 3)),
    Case("a backup", beside("plate.0004.exr~", plate="plate"), 0, (), (1, 2, 3)),
    Case("what a Mac leaves", beside("._plate.0004.exr", plate="plate"), 0, (), (1, 2, 3)),
    Case("accents stored in another way", composed, 2, ("accents",), ()),
]


@cases(TABLE)
def test_no_frame_is_lost_for_what_it_is_called(case, tmp_path, capsys):
    try_case(case, tmp_path, capsys)


@pytest.mark.parametrize(
    "digits",
    [
        pytest.param([*range(8, 12)], id="without padding"),
        pytest.param(["9999", "10000"], id="past four digits"),
        pytest.param(["-002", "-001", "0000", "0001"], id="minus as printf pads"),
        pytest.param(["-0002", "-0001", "0000", "0001"], id="minus before the padding"),
    ],
)
def test_a_sequence_is_read_however_it_counts(digits, tmp_path):
    place = Place(tmp_path)
    for word in digits:
        place.plate(int(word), f"plate/plate.{word}.exr")
        place.matte(int(word), f"matte/matte.{word}.exr")
    assert place.run(plate="plate", matte="matte") == 0
    made = sorted((tmp_path / "out").glob("*.exr"))
    assert len(made) == len(digits)
    assert place.main("check", "out") == 0
