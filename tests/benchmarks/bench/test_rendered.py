"""The declaration of the rendered sets: two of a class, which never change their use."""

from benchmarks.bench import rendered
from benchmarks.bench.rendered import CLASSES, MEASURING, RENDERED_SETS, TUNING, bpy_python, find_rendered_set
from benchmarks.bench.sets import SETS, find_set, missing_files


def test_every_class_has_one_set_for_tuning_and_one_that_is_only_measured():
    for kind in CLASSES:
        assert sorted(one.use for one in RENDERED_SETS if one.kind == kind) == [MEASURING, TUNING], kind
    assert len(RENDERED_SETS) == 2 * len(CLASSES)


def test_no_two_sets_share_a_name_a_place_or_a_seed():
    for what in ("name", "place", "seed"):
        assert len({getattr(one, what) for one in RENDERED_SETS}) == len(RENDERED_SETS), what


def test_which_sets_are_for_tuning_is_settled():
    """Moving one over would spoil both: what was looked at cannot measure, and what measures must not be looked at."""
    assert {one.name for one in RENDERED_SETS if one.use == TUNING} == {
        *("wires_quarry", "flicker_cellar", "crossing_market", "behind_garden"),
        *("fast_pan_hedge_row", "dolly_colonnade", "zoom_shopfront", "cut_station"),
    }


def test_a_set_has_frames_enough_and_only_a_cut_has_two_takes():
    for one in RENDERED_SETS:
        assert 12 <= one.frames <= 24
        assert one.takes[0] == 0
        assert (len(one.takes) == 2) == (one.kind == "cut")
        assert all(4 <= first <= one.frames - 4 for first in one.takes[1:])


def test_every_rendered_set_is_among_the_sets_that_figures_are_measured_on():
    assert [plates.name for plates in SETS if plates.kind == "rendered"] == [one.name for one in RENDERED_SETS]
    assert all(find_set(one.name).use == one.use == find_rendered_set(one.name).use for one in RENDERED_SETS)


def test_a_rendered_set_that_is_not_there_says_what_it_needs(monkeypatch, tmp_path):
    monkeypatch.setattr("benchmarks.bench.sets.RENDERED", tmp_path)
    monkeypatch.setenv("PAINTOUT_BPY_PYTHON", str(tmp_path / "python"))
    assert bpy_python() == tmp_path / "python"
    plates = find_set(RENDERED_SETS[0].name)
    assert missing_files(plates) == str(tmp_path / "python")
    (tmp_path / plates.name).mkdir()
    (tmp_path / plates.name / "made.json").touch()
    assert missing_files(plates) == ""


def test_sets_lie_where_no_commit_takes_them():
    assert rendered.RENDERED.relative_to(rendered.RENDERED.parents[1]).as_posix() == "build/sets"
