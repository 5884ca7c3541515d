"""Frames looked up one at a time."""

from __future__ import annotations

import pytest

from vfxlib.motion import LazyMapping


def test_a_value_is_found_when_it_is_asked_for_and_not_before() -> None:
    asked: list[int] = []
    squares = LazyMapping(range(2, 5), lambda key: asked.append(key) or key * key)
    assert list(squares) == [2, 3, 4]
    assert len(squares) == 3
    assert 3 in squares
    assert asked == []
    assert squares[3] == 9
    assert squares[3] == 9
    assert asked == [3, 3]


def test_other_keys_are_missing_whatever_could_be_found() -> None:
    squares = LazyMapping(range(2, 5), lambda key: key * key)
    assert 5 not in squares
    assert squares.get(5) is None
    with pytest.raises(KeyError):
        squares[5]
