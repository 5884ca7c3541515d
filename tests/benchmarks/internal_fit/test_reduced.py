"""A reduced set has the mean light of each area, and a hole wherever a part of the area was one."""

import numpy as np
import pytest

import benchmarks.internal_fit.reduced as reduced
from benchmarks.bench.sets import PlateSet
from tests.exr import write
from vfxlib.io.footage import open_footage


@pytest.fixture
def whole(tmp_path, monkeypatch):
    """A set of two frames of 8x4 whose hole is one pixel, of which another frame shows nothing."""
    light = np.arange(32, dtype=np.float32).reshape(4, 8)
    hole = np.zeros((4, 8), np.float32)
    hole[1, 2] = 1
    for number in (1001, 1002):
        for part, channels in (
            ("plate", dict.fromkeys("RGB", light)),
            ("truth", dict.fromkeys("RGB", light + 1)),
            ("matte", {"effect.A": hole}),
            ("seen", {"seen.A": np.zeros((4, 8), np.float16)}),
        ):
            write(tmp_path / part / f"{part}.{number}.exr", channels, (8, 4))
    parts = (tmp_path / part for part in ("plate", "matte", "truth"))
    monkeypatch.setattr(reduced, "prepare", lambda plates: reduced.PreparedSet(*parts, "effect.A"))
    monkeypatch.setattr(reduced, "CACHE", tmp_path / "cache")
    return light


def test_a_reduced_set_has_the_mean_light_and_every_part_of_a_hole(whole):
    small = reduced.prepare_reduced(PlateSet("x", "rendered", (), None), (4, 2), 1)
    plate, matte, truth = (open_footage(path).read(1001).channels for path in (small.plate, small.matte, small.truth))
    mean = whole.reshape(2, 2, 4, 2).mean((1, 3))
    assert np.allclose(plate["G"], mean)
    assert np.allclose(truth["G"], mean + 1)
    assert np.argwhere(matte["effect.A"]).tolist() == [[0, 1]]
    assert not open_footage(small.plate.parent / "seen").read(1001).channels["seen.A"].any()
    assert (small.channel, open_footage(small.plate).frames) == ("effect.A", (1001,))
