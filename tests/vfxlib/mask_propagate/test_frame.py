import numpy as np

from vfxlib.mask_propagate.frame import OBJECT_THRESHOLD, CarriedMatte


def test_a_frame_takes_as_many_bytes_as_its_arrays():
    single, whole = np.zeros((4, 5), np.float32), np.zeros((4, 5), np.int32)
    assert CarriedMatte(single, whole, single, single).nbytes == 4 * (4 * 5) * 4


def test_the_threshold_halves_what_a_matte_can_be():
    assert OBJECT_THRESHOLD == 0.5
