"""Takes are read from the registration, as it was made or as a person has left it."""

import json

import pytest

from nodes.processors.motion.takes import key_indices, read_takes, takes_around
from tests.nodes.engine.made import context, flow, matted
from vfxlib.errors import UsageError


def completing(folder, words=None, **params):
    """The step after the registration, which holds these words."""
    at = context(matted(folder), folder, flow(**params), step="complete")
    path = folder / "out.work" / "flow-inpaint" / "register" / "register.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    if words is not None:
        path.write_text(words if isinstance(words, str) else json.dumps(words))
    return at


def test_a_cut_begins_a_take(folder):
    assert read_takes(completing(folder, {"cuts": []})) == {0: 0, 1: 0, 2: 0}
    assert read_takes(completing(folder, {"cuts": [2]})) == {0: 0, 1: 1, 2: 1}
    assert len(set(read_takes(completing(folder, {"cuts": ["3", 2, 99]})).values())) == 3


def test_of_the_frames_within_reach_those_of_the_own_take_are_told(folder):
    at = completing(folder, {"cuts": [3]}, reach=1)
    takes = read_takes(at)
    assert [takes_around(at, takes, number) for number in (1, 2, 3)] == [[True] * 2, [True, True, False], [False, True]]


def test_a_step_before_that_has_not_run_is_named(folder):
    with pytest.raises(UsageError, match="step register has not been run"):
        read_takes(completing(folder))


@pytest.mark.parametrize("words", ["{", "[]", "{}", '{"cuts": 3}', '{"cuts": null}'])
def test_a_registration_that_cannot_be_read_is_named(folder, words):
    with pytest.raises(UsageError, match=r"register\.json: is no registration that can be read[\s\S]*delete it"):
        read_takes(completing(folder, words))


@pytest.mark.parametrize("cuts", [["five"], [None], [[2]], [float("inf")], [float("nan")]])
def test_a_cut_that_is_no_frame_is_named(folder, cuts):
    with pytest.raises(UsageError, match=r"register\.json"):
        read_takes(completing(folder, {"cuts": cuts}))


@pytest.mark.parametrize("reach", [1, 2, 3, 12])
@pytest.mark.parametrize("count", [1, 2, 5, 12, 13, 30])
def test_from_a_key_frame_every_frame_of_its_take_is_within_reach(count, reach):
    takes = {index: int(index >= count // 2) for index in range(count)}
    keys = key_indices(takes, reach)
    assert keys == sorted(set(keys))
    for index, take in takes.items():
        assert min(abs(index - key) for key in keys if takes[key] == take) <= reach


def test_the_ends_of_every_take_may_be_keys_too() -> None:
    takes = {index: int(index >= 20) for index in range(26)}
    keys = key_indices(takes, 12, ends=True)
    assert keys[:2] == key_indices({i: 0 for i in range(20)}, 12)
    assert {0, 19, 20, 25} <= set(keys)
    assert len(keys) == len(set(keys))
