"""Features that are found again."""

from __future__ import annotations

import numpy as np

from tests.vfxlib.motion.scenes import hole, moved, texture
from vfxlib.motion import View, make_view
from vfxlib.motion.features import find_features, match_features

HEIGHT, WIDTH = 120, 160


def view(shift: float, brightness: float = 1.0) -> View:
    picture = moved(texture(HEIGHT, WIDTH + 40, 5), np.array([[1, 0, shift], [0, 1, 0], [0, 0, 1.0]]), (WIDTH, HEIGHT))
    return make_view((picture * brightness)[..., None], hole(HEIGHT, WIDTH, 80, 60, 20))


def test_what_moved_is_matched_where_it_has_gone() -> None:
    a, b = match_features(find_features(view(10)), find_features(view(13)))
    assert len(a) > 100
    assert np.mean(np.hypot(*(b - a - [-3, 0]).T) < 0.5) > 0.9


def test_a_darker_frame_has_the_same_features() -> None:
    a, _ = match_features(find_features(view(10)), find_features(view(13, brightness=0.6)))
    assert len(a) > 100


def test_no_feature_lies_in_what_is_hidden() -> None:
    found = find_features(view(10)).points
    inside = (np.abs(found - [79.5, 59.5]) < 20).all(axis=1)
    assert len(found) > 100
    assert not inside.any()


def test_a_picture_without_texture_has_no_features_and_matches_nothing() -> None:
    flat = make_view(np.full((HEIGHT, WIDTH, 1), 0.3, np.float32), np.ones((HEIGHT, WIDTH), np.bool_))
    none = find_features(flat)
    assert none.points.shape == (0, 2)
    a, b = match_features(none, find_features(view(10)))
    assert a.shape == b.shape == (0, 2)


def test_a_feature_that_has_two_like_it_is_not_matched() -> None:
    found = find_features(view(10))
    twice = type(found)(np.concatenate([found.points] * 2), np.concatenate([found.descriptors] * 2))
    assert len(match_features(found, twice)[0]) == 0
