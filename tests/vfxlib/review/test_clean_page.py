"""The page of a clean plate says what is in the result, and shows every frame of it."""

import json
import re
import weakref

import numpy as np
import pytest

from tests.vfxlib.review.made_fill import FRAMES, POPPED, hole, write_shot
from vfxlib.review import clean_page, page_pictures
from vfxlib.review.clean_plate import make_review
from vfxlib.review.facts import Facts, HeldOut, NodeFacts, Parameter

FEW = range(1001, 1004)
FACTS = Facts(
    "courtyard",
    (("Plate", "/shows/plate.####.exr"),),
    (NodeFacts("fill-2", "Fills.", (Parameter("Reach", "12 frames", True), Parameter("Grain", "1", False))),),
    (HeldOut("fit", ((0.0, 20.0), (1.0, 25.0))),),
)


def words(page: str) -> str:
    """What a person reads."""
    return re.sub(r"\s+", " ", re.sub(r"<(script|style)\b.*?</\1>|<[^>]*>", "", page, flags=re.DOTALL))


def test_a_page_tells_the_job_the_verdict_and_the_fit(tmp_path):
    made = make_review(*write_shot(tmp_path, frames=FEW), tmp_path / "r", title="sh010", facts=FACTS)
    told = words(made.page.read_text())
    assert "Verdict: good" in told
    assert "Other frames gave 100 % of what was filled, and 0 % was painted" in told
    for each in (
        "sh010",
        "courtyard",
        "1001-1003 (3)",
        "144 x 96",
        "/shows/plate.####.exr",
        "fill-2",
        "12 frames (changed)",
    ):
        assert each in told
    assert "fit: " not in told
    for title in ("Held-out PSNR, fit", "Change along the motion", "Grain", "Matte", "Confidence", "Slide"):
        assert title in told


def test_every_frame_has_every_layer_large_and_small(tmp_path):
    made = make_review(*write_shot(tmp_path, frames=FEW), tmp_path / "r")
    layers = ("plate", "matte", "clean", "confidence", "provenance")
    expected = {f"{layer}.{n}{size}.png" for layer in layers for n in FEW for size in ("", ".small")}
    assert {path.name for path in made.pictures.iterdir()} == expected
    page = made.page.read_text()
    assert all(page.count(f"review_frames/{name}") for name in expected)


def test_what_is_found_is_named_marked_and_shown_first(tmp_path):
    made = make_review(*write_shot(tmp_path, "pop"), tmp_path / "r")
    assert [(each.kind, each.number) for each in made.look_at] == [("pop", POPPED)]
    page = made.page.read_text()
    assert f"look at {POPPED}" in words(page)
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1])
    assert data["shown"] == ["clean", POPPED]
    assert {each["n"]: each["marks"] for each in data["frames"]} == {n: "P" if n == POPPED else "" for n in FRAMES}


def test_a_fill_that_nobody_saw_is_poor_and_to_be_looked_at(tmp_path):
    method, sure = np.where(hole(), 3, 0), np.where(hole(), 0.1, 1)
    shot = write_shot(tmp_path, frames=FEW, **{"provenance.method": method, "confidence.A": sure})
    made = make_review(*shot, tmp_path / "r")
    assert [each.kind for each in made.look_at] == ["low confidence", "never seen"]
    told = words(made.page.read_text())
    assert "Verdict: poor" in told
    assert "100 % of it is of low confidence" in told


def test_a_long_shot_has_pictures_of_some_frames_and_of_all_that_are_found(tmp_path, monkeypatch):
    monkeypatch.setattr(page_pictures, "MOST_FRAMES", 4)
    made = make_review(*write_shot(tmp_path, "pop"), tmp_path / "r")
    numbers = {int(path.name.split(".")[1]) for path in made.pictures.iterdir()}
    assert POPPED in numbers
    assert len(numbers) == 5
    told = words(made.page.read_text())
    assert "5 of 14 frames have pictures: those to look at, and others spread over the shot. The movie has all." in told


def test_pictures_of_a_longer_review_before_are_gone(tmp_path):
    make_review(*write_shot(tmp_path / "a", frames=FEW), tmp_path / "r")
    made = make_review(*write_shot(tmp_path / "b", frames=FEW[:1]), tmp_path / "r")
    assert {path.name.split(".")[1] for path in made.pictures.iterdir()} == {"1001"}


@pytest.mark.parametrize("shape", [(1, 1), (3, 200), (200, 3)])
def test_a_result_of_any_size_without_layers_has_a_page(tmp_path, shape):
    from tests import exr
    from vfxlib.colour.ocio import open_colours
    from vfxlib.io.footage import open_footage

    for name in ("plate", "out"):
        for number in (1, 2):
            channels = dict.fromkeys("RGB", np.full(shape, 0.5, np.float16))
            exr.write(tmp_path / name / f"p.{number}.exr", channels, shape[::-1])
    plate = open_footage(str(tmp_path / "plate"))
    colours = open_colours(config=None, colorspace=None, output_colorspace=None, header=plate.header(1))
    made = make_review(open_footage(str(tmp_path / "out")), plate, colours, tmp_path / "r")
    assert made.look_at == ()
    assert "nothing filled" in made.page.read_text()


def test_one_frame_is_in_memory_at_a_time(tmp_path, monkeypatch):
    shot = write_shot(tmp_path, frames=range(1001, 1007))
    seen, alive, itself = [], [], clean_page.view_frame

    def view_frame(*given, **more):
        alive.append(sum(each() is not None for each in seen))
        view = itself(*given, **more)
        seen.append(weakref.ref(view))
        return view

    monkeypatch.setattr(clean_page, "view_frame", view_frame)
    make_review(*shot, tmp_path / "r")
    assert len(alive) == 6
    assert max(alive) <= 1  # the last one's name still holds it
