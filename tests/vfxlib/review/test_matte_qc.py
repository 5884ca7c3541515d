"""Findings: each kind of mistake is found where it is, and a calm shot has none."""

import math
from dataclasses import replace

import numpy as np
import pytest

from vfxlib.review.matte_qc import KINDS, Finding, FrameStats, check_carried_matte

NAN = math.nan


def calm(frames: int = 40, *, growth: float = 0.0, noise: float = 0.02, area: float = 2000.0) -> list[FrameStats]:
    """An object that crosses the picture at 3 px a frame, noisy as real mattes are; the key is the first frame."""
    rng = np.random.default_rng(4)
    stats = []
    for place in range(frames):
        x, y = 40 + 3.0 * place + rng.normal(0, 0.5), 90 + rng.normal(0, 0.5)
        stats.append(
            FrameStats(
                number=1001 + place,
                area=area * math.exp(growth * place + rng.normal(0, noise)),
                centre=(x, y),
                agreement=0.9 + rng.normal(0, 0.02),
                confidence=0.85 + rng.normal(0, 0.02),
                previous=NAN if place == 0 else 0.93 + rng.normal(0, 0.01),
                key=place == 0,
                take=0,
                matched=0.96 if place == 0 else NAN,
            )
        )
    return stats


def put(stats: list[FrameStats], place: int, **values: object) -> None:
    stats[place] = replace(stats[place], **values)


def empty(stats: list[FrameStats], places: range) -> None:
    for place in places:
        put(stats, place, area=0.0, centre=(0.0, 0.0), previous=0.0, confidence=NAN, agreement=NAN)


def found(stats: list[FrameStats]) -> list[tuple[str, int]]:
    return [(finding.kind, finding.number) for finding in check_carried_matte({1: stats})]


@pytest.mark.parametrize("growth", [0.0, 0.03, -0.05, 0.15])
@pytest.mark.parametrize("noise", [0.0, 0.02, 0.06])
def test_a_calm_shot_has_none_also_where_the_object_grows_or_shrinks(growth: float, noise: float) -> None:
    assert check_carried_matte({1: calm(growth=growth, noise=noise)}) == ()


@pytest.mark.parametrize("frames", [1, 2, 3, 6])
def test_a_short_shot_has_none(frames: int) -> None:
    assert check_carried_matte({1: calm(frames)}) == ()
    assert check_carried_matte({}) == ()


def test_one_frame_that_is_larger_popped_and_nothing_else_is_said_of_it() -> None:
    for times in (0.5, 1.6):
        stats = calm()
        put(stats, 20, area=stats[20].area * times, previous=0.6)
        put(stats, 21, previous=0.6)
        assert found(stats) == [("popped", 1021)]


def test_one_frame_that_is_gone_popped() -> None:
    stats = calm()
    empty(stats, range(20, 21))
    assert found(stats) == [("popped", 1021)]


def test_one_frame_elsewhere_popped() -> None:
    stats = calm()
    put(stats, 20, centre=(300.0, 20.0))
    assert found(stats) == [("popped", 1021)]


def test_one_frame_of_another_shape_popped() -> None:
    stats = calm()
    put(stats, 20, previous=0.55)
    put(stats, 21, previous=0.5)
    assert found(stats) == [("popped", 1021)]


def test_a_jump_to_something_else_is_said_of_its_first_frame() -> None:
    stats = calm()
    for place in range(25, 40):
        put(stats, place, centre=(stats[place].centre[0] + 60, stats[place].centre[1]))
    assert found(stats) == [("jumped", 1026)]
    assert "as a rule by 3" in check_carried_matte({1: stats})[0].words


def test_fast_motion_is_no_jump_where_all_of_it_is_fast() -> None:
    stats = [replace(t, centre=(t.centre[0] * 12, t.centre[1])) for t in calm()]
    assert check_carried_matte({1: stats}) == ()


def test_a_matte_that_does_not_go_on_from_the_one_before_jumped() -> None:
    stats = calm()
    put(stats, 25, previous=0.5)
    assert found(stats) == [("jumped", 1026)]


def test_an_area_that_changes_at_once_is_said_of_its_first_frame_alone() -> None:
    stats = calm()
    for place in range(25, 40):
        put(stats, place, area=stats[place].area * 0.5)
    assert found(stats) == [("area", 1026)]
    assert "smaller than on 1025" in check_carried_matte({1: stats})[0].words


def test_an_area_that_swells_over_some_frames_is_said_of_its_highest() -> None:
    stats = calm(growth=0.02)
    for place, times in zip(range(20, 25), (1.25, 1.6, 1.9, 1.6, 1.25), strict=True):
        put(stats, place, area=stats[place].area * times)
    (finding,) = check_carried_matte({1: stats})
    assert (finding.kind, finding.number) == ("area", 1023)
    assert set(finding.frames) >= {1022, 1023, 1024}


def test_what_is_lost_and_comes_back_is_said_once_each() -> None:
    stats = calm()
    empty(stats, range(20, 29))
    lost, back = check_carried_matte({1: stats})
    assert (lost.kind, lost.number, lost.frames) == ("lost", 1021, tuple(range(1021, 1030)))
    assert "1021-1029" in lost.words
    assert (back.kind, back.number) == ("back", 1030)


def test_a_crumb_is_lost_too() -> None:
    stats = calm()
    for place in range(30, 40):
        put(stats, place, area=12.0)
    assert found(stats) == [("lost", 1031)]


def test_what_is_lost_before_the_key_is_said_of_the_frame_beside_it() -> None:
    stats = [replace(t, key=t.number == 1040) for t in calm()]
    empty(stats, range(6))
    assert found(stats) == [("lost", 1006)]


def test_what_shrinks_to_nothing_is_lost_where_it_ends_and_no_earlier() -> None:
    stats = [replace(t, area=t.area * 0.7**place) for place, t in enumerate(calm())]
    stats = [replace(t, area=t.area if t.area >= 1 else 0.0) for t in stats]
    kinds = found(stats)
    assert [kind for kind, _ in kinds] == ["lost"]
    assert kinds[0][1] == next(t.number for t in stats if t.area == 0)


def test_an_empty_key_says_that_it_is_not_there() -> None:
    stats = calm()
    empty(stats, range(20, 30))
    put(stats, 25, key=True)
    assert check_carried_matte({1: stats}) == ()


def test_low_confidence_is_said_of_the_worst_frame_of_a_run() -> None:
    stats = calm()
    for place in range(20, 26):
        put(stats, place, confidence=0.3 if place == 23 else 0.4)
    (finding,) = check_carried_matte({1: stats})
    assert (finding.kind, finding.number, finding.frames) == ("unsure", 1024, tuple(range(1021, 1027)))
    assert "1021-1026" in finding.words


def test_two_sources_that_do_not_agree_are_unsure() -> None:
    stats = calm()
    put(stats, 20, agreement=0.2)
    assert found(stats) == [("unsure", 1021)]
    assert "0.20" in check_carried_matte({1: stats})[0].words


def test_figures_that_are_not_known_are_no_finding() -> None:
    stats = [replace(t, agreement=NAN, confidence=NAN, previous=NAN, matched=NAN) for t in calm()]
    assert check_carried_matte({1: stats}) == ()


def test_a_key_that_is_not_matched_contradicts() -> None:
    stats = calm()
    put(stats, 20, key=True, matched=0.4)
    (finding,) = check_carried_matte({1: stats})
    assert (finding.kind, finding.number) == ("contradiction", 1021)
    assert "0.40" in finding.words
    assert "0.96" in finding.words


def test_a_key_that_breaks_with_the_frames_beside_it_contradicts() -> None:
    stats = calm()
    put(stats, 20, key=True, matched=0.9, area=stats[20].area * 2)
    assert found(stats) == [("contradiction", 1021)]


def test_a_take_without_a_key_is_said_once_for_all_objects_and_nothing_else_of_it() -> None:
    stats = [replace(t, take=int(place >= 25)) for place, t in enumerate(calm())]
    empty(stats, range(30, 33))
    finding = Finding(1026, 0, "cut", "", tuple(range(1026, 1041)))
    assert [replace(f, words="") for f in check_carried_matte({1: stats, 2: stats})] == [finding]


def test_motion_over_a_cut_is_no_jump() -> None:
    stats = calm()
    for place in range(25, 40):
        put(stats, place, take=1, key=place == 25, centre=(stats[place].centre[0] - 70, 30.0), area=700.0)
    put(stats, 25, previous=NAN)
    assert check_carried_matte({1: stats}) == ()


def test_the_worst_come_first_and_each_object_has_its_own() -> None:
    stats, other = calm(), calm(area=500.0)
    put(stats, 10, confidence=0.3)
    put(stats, 12, confidence=0.1)
    put(other, 30, area=2000.0)
    empty(stats, range(35, 40))
    findings = check_carried_matte({1: stats, 7: other})
    assert [(f.kind, f.object, f.number) for f in findings] == [
        ("lost", 1, 1036),
        ("popped", 7, 1031),
        ("unsure", 1, 1013),
        ("unsure", 1, 1011),
    ]
    assert {f.kind for f in findings} <= set(KINDS)
