"""``paintout review`` makes the movies that were asked for, through the view that was asked for."""

import json
from pathlib import Path

import av
import numpy as np
import pytest

from tests.hostile.place import FRAMES, HEIGHT, WIDTH, Place, files_in

JOB = "out/clean.work/job.json"


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Place:
    place = Place(tmp_path_factory.mktemp("shot")).make()
    assert place.run() == 0
    return place


def seen(place: Place, capsys: pytest.CaptureFixture[str], *words: str, out: str = "seen") -> dict:
    capsys.readouterr()
    assert place.main("review", JOB, "--out", out, "--json", *words) == 0
    return json.loads(capsys.readouterr().out)


def picture(path: Path, index: int = 0) -> np.ndarray:
    with av.open(str(path)) as source:
        frames = [frame.to_ndarray(format="rgb24") for frame in source.decode(video=0)]
    assert len(frames) == len(FRAMES)
    return frames[index].astype(int)


def test_every_mode_that_is_asked_for_is_a_movie_and_json_names_them(done: Place, capsys) -> None:
    told = seen(done, capsys, "--movie", "wipe", "--movie", "difference", "--movie", "overlay", "--movie", "wipe")
    names = ["review.wipe.mp4", "review.difference.mp4", "review.overlay.mp4", "sheet.png", "review.html"]
    assert told["files"] == [f"seen/{name}" for name in names]
    there = sorted(entry.name for entry in (done.folder / "seen").iterdir())
    assert sorted([*names, "review_frames"]) == there
    assert told["movies"] == ["wipe", "difference", "overlay"]
    assert (told["codec"], told["label"], told["exposure"]) == ("H.264", "clean", 0)
    assert (told["display"], told["view"]) == ("sRGB - Display", "ACES 2.0 - SDR 100 nits (Rec.709)")
    difference = picture(done.folder / "seen/review.difference.mp4")
    left = (difference.shape[1] - WIDTH) // 2
    assert difference[:10, left : left + WIDTH].max() <= 12  # black, and what H.264 makes of it
    assert difference[15:25, left + 24 : left + 36].mean() > 60
    assert "review.wipe.mp4" in (done.folder / "seen/review.html").read_text()


def test_the_view_and_the_exposure_that_are_asked_for_are_seen_in_movie_and_sheet(done: Place, capsys) -> None:
    usual = seen(done, capsys, out="usual")
    raw = seen(done, capsys, "--view", "raw", out="raw")
    dark = seen(done, capsys, "--exposure", "-4", out="dark")
    assert (usual["view"] != raw["view"], raw["view"], dark["exposure"]) == (True, "Raw", -4.0)
    means = {}
    for name in ("usual", "raw", "dark"):
        shown = picture(done.folder / name / "review.mp4")
        left = (shown.shape[1] - 2 * WIDTH) // 2
        means[name] = shown[:HEIGHT, left : left + 2 * WIDTH].mean()
    sheets = {(done.folder / name / "sheet.png").read_bytes() for name in means}
    assert len(sheets) == 3
    assert means["dark"] < 0.4 * means["usual"]
    assert abs(means["raw"] - means["usual"]) > 5
    assert "sRGB - Display, Raw" in (done.folder / "raw/review.html").read_text()
    assert "exposure -4" in (done.folder / "dark/review.html").read_text()


def test_rate_label_and_frame_numbers_are_kept(done: Place, capsys, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SHOT", "RB010")
    assert seen(done, capsys, out="a")["label"] == "RB010 clean"
    assert seen(done, capsys, "--title", "a title", out="a")["label"] == "a title"
    usual = picture(done.folder / "a/review.mp4")
    told = seen(done, capsys, "--title", "a title", "--label", "RB010 v7", "--rate", "23.976", out="a")
    assert told["label"] == "RB010 v7"
    labelled = picture(done.folder / "a/review.mp4")
    assert np.abs(labelled[:HEIGHT] - usual[:HEIGHT]).mean() < 1
    assert np.abs(labelled[HEIGHT:] - usual[HEIGHT:]).max() > 100
    with av.open(str(done.folder / "a/review.mp4")) as source:
        assert source.streams.video[0].average_rate.numerator == 24000
        assert source.metadata["title"] == "RB010 v7"
        assert source.streams.video[0].metadata["timecode"] == "00:00:00:01"


def test_two_reviews_in_one_folder_keep_each_other_s_movies(done: Place, capsys) -> None:
    seen(done, capsys, "--movie", "wipe", "--wipe-at", "0.5", out="both")
    wipe = files_in(done.folder / "both")["review.wipe.mp4"]
    seen(done, capsys, out="both")
    there = {name for name in files_in(done.folder / "both") if not name.startswith("review_frames")}
    assert there == {"review.wipe.mp4", "review.mp4", "sheet.png", "review.html"}
    assert files_in(done.folder / "both")["review.wipe.mp4"] == wipe
    seen(done, capsys, "--movie", "wipe", "--wipe-at", "0.9", out="both")
    assert files_in(done.folder / "both")["review.wipe.mp4"] != wipe
