"""STANet fills with a network of a file, alike however its frames are cut, by itself and for ResidualHiRes."""

import numpy as np
import pytest

from plugin.cli import main
from tests.contract.conftest import FRAMES, NETWORK, bits, same
from tests.untrained_sta import untrained_sta
from vfxlib.io.exr import read_channels

pytestmark = pytest.mark.parametrize("case", [NETWORK], indirect=True, ids=["sta-net"], scope="session")


def test_pixels_outside_the_matte_keep_their_bits_and_the_fill_is_light(done):
    for number in FRAMES:
        result, plate = done.result(number).channels, done.original(number).channels
        hole = result["matte.A"] > 0
        assert all(np.array_equal(bits(result[name])[~hole], bits(plate[name])[~hole]) for name in "RGB")
        assert all(np.isfinite(result[name].astype(np.float32)[hole]).all() for name in "RGB")


def test_what_no_reference_shows_is_a_spatial_fill_of_no_confidence(done):
    methods = set()
    for number in FRAMES:
        channels = done.result(number).channels
        hole, method = channels["matte.A"] > 0, channels["provenance.method"]
        methods |= set(np.unique(method[hole]).tolist())
        assert (channels["confidence.A"][method == 3] == 0).all()
        assert (channels["provenance.frame"] == 0).all()
        assert (channels["confidence.A"][~hole] == 1).all()
    assert methods == {3, 4}


def test_a_frame_alone_and_other_threads_give_the_same_bits(done, tmp_path):
    job, out = str(tmp_path / "job.json"), str(tmp_path / "clean.####.exr")
    steps = ("--work", str(done.work), "--threads", "3", "--memory", "0.5")
    assert done.run("--save", job, *steps, out=out) == 0
    for frames in ("1006-1007", "1001", "1002-1005"):
        assert main(["run", job, "--step", "sta-net/render", "--frames", frames, "--progress", "none"]) == 0
    for number in FRAMES:
        assert same(done.result(number), read_channels(tmp_path / f"clean.{number}.exr", number))


def test_it_makes_the_fill_of_residual_hires_and_its_attention_moves_the_detail(done, tmp_path):
    inputs = (
        "--plate",
        done.plate,
        "--matte",
        done.matte,
        "--reach",
        "2",
        "--working-size",
        "64",
        "--frames",
        "1001-1003",
    )
    words = ("residual-hires", *inputs, "--filler", "sta-net", "--weights", str(untrained_sta()), "--progress", "none")
    out = str(tmp_path / "clean.####.exr")
    assert main([*words, "--out", out]) == 0
    assert main([*words, "--out", str(tmp_path / "patches.####.exr"), "--attention", "patches"]) == 0
    one, other = (read_channels(tmp_path / f"{name}.1002.exr", 1002).channels for name in ("clean", "patches"))
    hole = one["matte.A"] > 0
    assert 5 in one["provenance.method"][hole]
    assert not np.array_equal(one["fill.G"][hole], other["fill.G"][hole])


def test_without_weights_it_says_how_to_get_some(done, capsys):
    words = ("residual-hires", "--plate", done.plate, "--matte", done.matte, "--filler", "sta-net")
    assert main([*words, "--out", str(done.folder / "none" / "clean.####.exr")]) == 2
    told = capsys.readouterr().err
    assert "--weights: sta-net is given no trained network" in told
    assert "paintout train sta" in told
