"""The shots of an edit: each clip's own frames, from the real OpenTimelineIO."""

import json
import sys

import pytest

from tests.hostile.place import Place

otio = pytest.importorskip("opentimelineio", reason="OpenTimelineIO is not installed")
RATE = 24
COLUMNS = ("--column", "matte=matte/matte.####.exr", "--column", "out=out/{name}/clean.####.exr")


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path).make(range(1, 9))


def pictures(place, base=None, first=1, count=8):
    there = time_range(first + 1000, count)
    return otio.schema.ImageSequenceReference(
        target_url_base=base or "plate",
        name_prefix="plate.",
        name_suffix=".exr",
        start_frame=first,
        frame_zero_padding=4,
        rate=RATE,
        available_range=there,
    )


def time_range(first, count):
    return otio.opentime.TimeRange(otio.opentime.RationalTime(first, RATE), otio.opentime.RationalTime(count, RATE))


def edit(place, *clips):
    timeline, track = otio.schema.Timeline("reel"), otio.schema.Track("V1")
    timeline.tracks.append(track)
    track.extend(clips)
    otio.adapters.write_to_file(timeline, str(place.folder / "reel.otio"))


def submit(place, *more):
    words = ("submit", "reel.otio", "--to", "openjd", "--bundle", "farm", "--recipe", "border-mean")
    return place.main(*words, *COLUMNS, *more)


def test_each_clip_is_a_shot_of_the_frames_that_the_cut_uses(place):
    absolute = f"file://{place.folder}/plate/"
    edit(
        place,
        otio.schema.Clip("sh010", pictures(place), time_range(1003, 4)),
        otio.schema.Gap(duration=otio.opentime.RationalTime(5, RATE)),
        otio.schema.Clip("sh020", pictures(place, absolute)),
    )
    assert submit(place) == 0
    first, second = (json.loads((place.folder / "farm" / n / "job.json").read_text()) for n in ("sh010", "sh020"))
    assert (first["shot"]["frames"], second["shot"]["frames"]) == ("3-6", "1-8")
    for name, job in (("sh010", first), ("sh020", second)):
        assert job["shot"]["plate"] == str(place.folder / "plate" / "plate.####.exr")
        assert job["output"]["out"] == str(place.folder / "out" / name / "clean.####.exr")


def test_what_has_no_sequence_is_named(place, capsys):
    edit(place, otio.schema.Clip("titles", otio.schema.MissingReference(), time_range(0, 4)))
    assert submit(place) == 2
    assert "clip titles: has no sequence of pictures" in capsys.readouterr().err
    assert not (place.folder / "farm").exists()


def test_two_clips_of_one_name_are_two_jobs_in_one_place_and_refused(place, capsys):
    edit(place, otio.schema.Clip("a", pictures(place)), otio.schema.Clip("a", pictures(place)))
    assert submit(place) == 2
    assert "'a' is there twice" in capsys.readouterr().err


def test_frames_beyond_the_plate_are_told_with_the_shot(place, capsys):
    edit(place, otio.schema.Clip("long", pictures(place, count=12)))
    assert submit(place) == 2
    assert "shot long" in capsys.readouterr().err


@pytest.mark.parametrize("content", [b"", b"{}", b"[1]", b'{"OTIO_SCHEMA": "Clip.2"}', b"\xff\xfe"])
def test_what_is_no_edit_is_refused_in_words(place, capsys, content):
    (place.folder / "reel.otio").write_bytes(content)
    assert submit(place) == 2
    assert "reel.otio" in capsys.readouterr().err


def test_without_the_library_it_says_how_to_get_it(place, capsys, monkeypatch):
    edit(place, otio.schema.Clip("a", pictures(place)))
    monkeypatch.setitem(sys.modules, "opentimelineio", None)
    assert submit(place) == 2
    assert "pip install 'paintout[otio]'" in capsys.readouterr().err
