"""What our fills are compared with fills holes, all of them, and nothing else."""

import numpy as np
import pytest

from benchmarks.clean_plate.peer_methods import METHODS, fill, median_of
from vfxlib.metrics.hole import hole_of, srgb
from vfxlib.metrics.psnr import Psnr


@pytest.mark.parametrize("method", METHODS)
def test_peers_fill_the_hole_and_nothing_else(pan, method):
    plate, truth, matte = pan
    holes = [hole_of(m) for m in matte]
    results = fill(method, plate, holes, linear=True)
    for result, before, hole in zip(results, plate, holes, strict=True):
        assert np.array_equal(result[~hole], before[~hole])
        assert np.isfinite(result).all()
    judged = {name: Psnr() for name in ("result", "plate")}
    for name, pictures in (("result", results), ("plate", plate)):
        for number, (picture, clean, hole) in enumerate(zip(pictures, truth, holes, strict=True)):
            judged[name].add(number, srgb(picture), srgb(clean), hole)
    assert judged["result"].total > judged["plate"].total


def test_a_method_that_does_not_exist_is_refused(pan):
    with pytest.raises(ValueError, match="telea, median, hmedian, copy"):
        fill("magic", pan[0], [hole_of(m) for m in pan[2]], linear=True)


def test_a_median_takes_what_is_seen_and_something_else_where_nothing_is():
    layers = np.array([[[1.0], [np.nan]], [[3.0], [np.nan]], [[2.0], [np.nan]]], np.float32)
    assert median_of(layers, np.full((2, 1), 9, np.float32)).tolist() == [[2], [9]]
