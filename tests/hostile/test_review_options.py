"""A review that cannot be made as it was asked for says what can, before any work; a shot's name may be anything."""

import pytest

from tests.hostile.place import Case, Place, cases, try_case
from vfxlib.io import movie_writer
from vfxlib.io.movie import open_movie


def asked(*words: str, before=lambda place: None):
    """A review of a result that is there."""

    def make(place: Place) -> list[str]:
        assert place.run() == 0
        before(place)
        return ["review", "out/clean.work/job.json", "--out", "seen", *words]

    return make


def foreign_wipe(place: Place) -> None:
    assert place.main("review", "out/clean.work/job.json", "--out", "seen") == 0
    (place.folder / "seen/review.wipe.mp4").write_bytes(b"dailies")


TABLE = [
    Case(
        "a view that is not there",
        asked("--view", "ACES"),
        2,
        ("no view", "nearest first: ACES 2.0 - SDR 100 nits (Rec.709), Un-tone-mapped"),
        changes=(),
    ),
    Case(
        "a view of another display",
        asked("--view", "ACES 2.0 - SDR 100 nits (P3 D65)"),
        2,
        ("'Display P3 - Display'", "give --display as well"),
        changes=(),
    ),
    Case(
        "a display that is not there",
        asked("--display", "srgb"),
        2,
        ("no display called 'srgb'", "sRGB - Display"),
        changes=(),
    ),
    Case("a display that is no text", asked("--display", "\udcff\x1b[2J"), 2, ("no display called",), changes=()),
    Case("a mode that is not there", asked("--movie", "curtain"), 2, ("--movie", "'wipe'"), changes=()),
    Case("a rate that is none", asked("--rate", "24/0"), 2, ("--rate", "24000/1001"), changes=()),
    Case("an exposure that is none", asked("--exposure", "nan"), 2, ("--exposure",), changes=()),
    Case("a line without a wipe", asked("--wipe-at", "0.5"), 2, ("--wipe-at", "--movie wipe"), changes=()),
    Case("a line beside the picture", asked("--wipe-at", "1.5"), 2, ("--wipe-at",), changes=()),
    Case(
        "a movie of somebody's beside a review of ours",
        asked("--movie", "wipe", before=foreign_wipe),
        2,
        ("review.wipe.mp4", "no review of Paintout's"),
        changes=(),
    ),
]


@cases(TABLE)
def test_a_review_that_cannot_be_made_says_what_can(case, tmp_path, capsys):
    place = try_case(case, tmp_path, capsys)
    assert not (place.folder / "seen/sheet.png").exists() or "somebody" in case.name


def test_without_an_encoder_nothing_is_begun(tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(movie_writer, "_works", lambda encoder: False)
    movie_writer.find_encoder.cache_clear()
    try:
        case = Case("", asked(), 2, ("no encoder for a movie", "libx264", "pip install"), changes=())
        place = try_case(case, tmp_path, capsys)
        assert not (place.folder / "seen").exists()
        assert place.main("publish", "out/clean.work/job.json", "--root", "pubs", "--progress", "none") == 2
        assert "no encoder" in capsys.readouterr().err
        assert not (place.folder / "pubs").exists()
    finally:
        movie_writer.find_encoder.cache_clear()


@pytest.mark.parametrize(
    "name",
    [
        *("<script>alert(1)</script>", "a\nb\x1b[2J\x07", "$(touch pwned) `id`; rm -rf *", "../../etc/passwd"),
        *("W" * 20_000, "\u202e\u200f\u0301" * 50, "\udcff\udc80", "%s %d {0} \\N{BULLET}", " "),
    ],
    ids=range(9),
)
def test_any_name_of_a_shot_is_burnt_in_as_words(name, tmp_path, capsys):
    def make(place: Place) -> list[str]:
        assert place.run() == 0
        return ["review", "out/clean.work/job.json", "--out", "seen", "--label", name, "--movie", "overlay", "--json"]

    place = try_case(Case("", make, 0, ("review.overlay.mp4",)), tmp_path, capsys)
    assert len(open_movie(place.folder / "seen/review.overlay.mp4").frames) == 3
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["matte", "out", "plate", "seen"]
