"""The result's compression: without loss it changes no pixel, with loss it says so and spares what it would damage."""

import numpy as np
import pytest

from tests.hostile.place import FRAMES, Place
from vfxlib.io.exr import read_attribute, read_channels


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    place = Place(tmp_path_factory.mktemp("plain")).make()
    assert place.run() == 0
    return place


def channels(place, number):
    return read_channels(place.out(number), number).channels


@pytest.mark.parametrize("compression", ["zips", "piz", "rle", "none"])
def test_without_loss_no_pixel_changes(tmp_path, plain, compression):
    place = Place(tmp_path).make()
    assert place.run("--compression", compression) == 0
    for number in FRAMES:
        raw = read_channels(place.out(number), number)
        assert compression in raw.header.layout
        for name, pixels in channels(plain, number).items():
            assert np.array_equal(raw.channels[name], pixels, equal_nan=True)
        assert read_attribute(place.out(number), "paintout/loss") is None


def test_with_loss_the_file_says_so_and_the_picture_is_near(tmp_path, plain):
    place = Place(tmp_path).make()
    assert place.run("--compression", "dwaa") == 0
    assert str(read_attribute(place.out(1), "paintout/loss")).startswith("dwaa")
    apart = np.abs(channels(place, 1)["G"].astype(np.float32) - channels(plain, 1)["G"].astype(np.float32))
    assert 0 < apart.max() < 0.05
    for name in ("matte.A", "confidence.A", "provenance.frame"):
        assert np.array_equal(channels(place, 1)[name], channels(plain, 1)[name])
    # what is made of it is another plate, which is written without loss
    assert place.run(plate="out/clean.####.exr", out="again/clean.####.exr") == 0
    assert read_attribute(place.out(1, "again/clean.{:04d}.exr"), "paintout/loss") is None


def test_another_compression_makes_the_result_stale_and_nothing_before_it(tmp_path, capsys):
    place = Place(tmp_path, quick=False).make()
    assert place.run() == 0
    motion = {path: path.stat().st_mtime_ns for path in (tmp_path / "out/clean.work").rglob("*.exr")}
    assert place.run("--compression", "piz") == 0
    assert motion == {path: path.stat().st_mtime_ns for path in motion}
    assert "piz" in read_channels(place.out(1), 1).header.layout


@pytest.mark.parametrize("layer", ["--stmap", "--cryptomatte"])
def test_what_loss_would_damage_is_refused(tmp_path, capsys, layer):
    place = Place(tmp_path, quick=False).make()
    assert place.run("--compression", "dwab", layer) == 2
    assert "--compression: dwab would damage" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
