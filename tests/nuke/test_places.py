"""Versions lie beside each other, every view has its place, and what is there is never written over."""

import pytest


@pytest.fixture
def places(nuke):
    from plugin.nukehost import places

    return places


PATTERNS = [  # pattern, views, where the first view's result and its work folder are
    ("/s/v001/a.####.exr", ("main",), "/s/v001/a.####.exr", "/s/a.work"),
    ("/s/a_v003.####.exr", ("main",), "/s/a_v003.####.exr", "/s/a.work"),
    ("/s/a.####.exr", ("main",), "/s/v001/a.####.exr", "/s/a.work"),
    ("/s/a.%04d.exr", ("main",), "/s/v001/a.%04d.exr", "/s/a.work"),
    ("//server/share é/a b.####.exr", ("main",), "//server/share é/v001/a b.####.exr", "//server/share é/a b.work"),
    ("/s/v001/a.####.exr", ("left", "right"), "/s/v001/a_left.####.exr", "/s/a_left.work"),
    ("/s/%V/v001/a.####.exr", ("left", "right"), "/s/left/v001/a.####.exr", "/s/left/a_left.work"),
    ("/s/v001/%v/a.####.exr", ("left", "right"), "/s/v001/l/a.####.exr", "/s/a_left.work"),
    ("/v02x/v010/a.####.exr", ("main",), "/v02x/v010/a.####.exr", "/v02x/a.work"),
]


@pytest.mark.parametrize(("pattern", "views", "out", "work"), PATTERNS)
def test_every_version_and_view_has_its_place_and_versions_share_their_work(places, pattern, views, out, work):
    whole = places.with_views(places.versioned(pattern), views)
    place = places.place_of(whole, views[0], len(views) > 1)
    assert (place.out, place.work.as_posix()) == (out, work)
    if len(views) > 1:
        other = places.place_of(whole, views[1], True)
        assert other.out != place.out
        assert other.work != place.work
    bumped = places.place_of(places.next_version(whole), views[0], len(views) > 1)
    assert bumped.work == place.work
    assert places.version_of(bumped.out) == places.version_of(place.out) + 1


@pytest.mark.parametrize("pattern", ["{}/v001/a.####.exr", "{}/a_v001.####.exr"])
def test_the_next_version_is_behind_all_that_are_there(places, tmp_path, pattern):
    for name in ("v001", "v007", "v7", "w009", "a_v007.0001.exr", "b_v020.0001.exr"):
        (tmp_path / name).mkdir()
    assert places.version_of(places.next_version(pattern.format(tmp_path))) == 8
    assert places.next_version("/no/such/v099/a.####.exr") == "/no/such/v100/a.####.exr"


def test_a_work_folder_that_is_chosen_is_taken_and_kept_apart_for_each_view(places):
    assert places.place_of("/s/v001/a.####.exr", "main", False, "/w").work.as_posix() == "/w"
    assert places.place_of("/s/v001/a.####.exr", "left", True, "/w").work.as_posix() == "/w/left"
    assert places.place_of("/s/v001/a.####.exr", "left", True, "/w/%V").work.as_posix() == "/w/left"
    assert places.default_pattern("C:\\sho w\\a.nk", "X1") == "C:/sho w/paintout/X1/v001/X1.####.exr"
