"""A fit that begins with trained weights is judged as one from nothing is, and neither is made twice."""

import dataclasses

import numpy as np
import pytest

from benchmarks.bench.cache import load_record
from benchmarks.internal_fit.warm import measure_fit
from nodes.internal_fit import InternalFitParams
from nodes.processors.internal_fit.fit import network_settings
from tests.exr import write
from vfxlib.io.footage import open_footage
from vfxlib.io.weights import write_weights
from vfxlib.nets.painter import open_painter
from vfxlib.nets.settings import about_network


@pytest.fixture
def half_seen(ready, tmp_path):
    """A set whose maps say that no other frame shows the upper half."""
    folder = tmp_path / "set"
    folder.mkdir()
    for part in ("plate", "matte", "truth"):
        (folder / part).symlink_to(getattr(ready, part))
    for number in ready.footage.frames:
        matte = open_footage(ready.matte).read(number).channels["A"]
        seen = np.ones(matte.shape, np.float16)
        seen[: len(seen) // 2] = 0
        write(folder / "seen" / f"seen.{number}.exr", {"seen.A": seen}, matte.shape[::-1])
    return dataclasses.replace(ready, **{part: folder / part for part in ("plate", "matte", "truth")})


def test_a_fit_from_trained_weights_is_judged_as_one_from_nothing_and_neither_is_made_twice(half_seen, tmp_path):
    settings = network_settings(InternalFitParams().to_mapping(), 0)
    start = tmp_path / "start.safetensors"
    write_weights(start, open_painter(settings, 7).state_dict(), about_network("painter", settings))
    found = []
    for name, weights in (("cold", None), ("warm", start)):
        path = tmp_path / f"{name}.json"
        measure_fit(half_seen, path, weights, 1)
        before = path.read_bytes()
        measure_fit(half_seen, path, weights, 1)
        assert path.read_bytes() == before
        found.append(load_record(path)[0])
    assert found[0]["psnr"] != found[1]["psnr"]
    for each in found:
        assert each["seconds"] > 0
        assert all(5 < each[name] < 60 for name in ("psnr", "unseen"))
        assert each["psnr"] != each["unseen"]
