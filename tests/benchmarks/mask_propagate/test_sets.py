"""A shot knows its keys and the options that name them."""

import pytest

from benchmarks.mask_propagate.sets import MATTE_SETS, find_matte_set, keyed_shot, missing_matte_files, open_keyed_shot
from vfxlib.io.footage import open_footage


def test_keys_are_the_first_the_middle_and_the_last_frame(ready):
    assert open_keyed_shot("x", ready, 1).keys == (1001,)
    assert open_keyed_shot("x", ready, 3).keys == (1001, 1003, 1005)
    few = open_keyed_shot("x", ready, 3, 4)
    assert (few.keys, few.label) == ((1001, 1003, 1004), "3-of4")
    assert few.words[-2:] == ["--frames", "1001-1004"]
    assert f"1003={ready.matte / 'matte.1003.exr'}" in few.words
    assert open_keyed_shot("x", ready, 1).words[-2:] == ["--matte-channel", "A"]


def test_every_plate_that_is_there_has_a_true_matte_on_every_frame():
    there = [plates for plates in MATTE_SETS if not missing_matte_files(plates)]
    if not there:
        pytest.skip(f"needs {missing_matte_files(MATTE_SETS[0])}")
    for plates in there:
        shot = keyed_shot(plates, 3, 3)
        assert all(truth.any() for truth in shot.truths().values())
        assert keyed_shot(plates, 1).plate.frames == open_footage(shot.ready.matte).frames


def test_no_two_plates_have_one_name_and_every_aim_is_above_its_must():
    for plates in MATTE_SETS:
        assert find_matte_set(plates.name) is plates
        assert all(goal.must < goal.aim <= 1 for goal in (plates.iou, plates.recall))


def test_the_truth_is_where_the_true_matte_is_above_a_half(shot):
    mattes, truths = shot.mattes(shot.ready.matte, "A"), shot.truths()
    assert list(truths) == [1001, 1002, 1003, 1004, 1005]
    assert all(((mattes[number] > 0.5) == truth).all() and truth.any() for number, truth in truths.items())
