"""The measuring itself is measured: plates whose truth is known, peers, confidence, tables."""

import sys

import numpy as np
import pytest

from benchmarks.bench.meter import run
from benchmarks.bench.pan import Pan, decode, make_pan
from benchmarks.bench.report import table
from benchmarks.bench.sets import SETS, missing, prepare
from benchmarks.clean_plate.calibration import trust_of
from benchmarks.clean_plate.peer_methods import METHODS, fill
from vfxlib.colour.ocio import as_float
from vfxlib.io.footage import open_footage, rgb
from vfxlib.metrics.hole import hole_of, srgb
from vfxlib.metrics.psnr import Psnr


def read(folder):
    footage = open_footage(folder)
    return [footage.read(number) for number in footage.frames]


@pytest.fixture(scope="module")
def pan(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pan")
    make_pan(folder, Pan((192, 108), 5))
    plate, truth = ([as_float(rgb(frame)) for frame in read(folder / part)] for part in ("plate", "truth"))
    return plate, truth, [as_float(frame.channels["A"]) for frame in read(folder / "matte")]


def test_a_pan_is_its_own_truth_outside_the_matte(pan):
    for plate, truth, matte in zip(*pan, strict=True):
        assert np.array_equal(plate[matte == 0], truth[matte == 0])
        assert not np.array_equal(plate[matte == 1], truth[matte == 1])


def test_a_pan_moves_and_a_still_one_does_not(pan, tmp_path):
    make_pan(tmp_path, Pan((192, 108), 2, still=True))
    first, second = (as_float(rgb(frame)) for frame in read(tmp_path / "truth"))
    assert np.abs(first - second).mean() < 0.02
    assert np.abs(pan[1][0] - pan[1][4]).mean() > 0.05


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


def test_decoding_takes_off_what_encoding_put_on():
    light = np.linspace(0, 1, 101, dtype=np.float32)
    assert np.allclose(decode(srgb(light)), light, atol=1e-6)


def test_an_honest_confidence_is_found_honest():
    rng = np.random.default_rng(1)
    error = rng.uniform(0, 0.1, 5000).astype(np.float32)
    trust = trust_of(1 - error / 0.1, error, np.ones(5000, np.float32))
    assert trust.spearman == pytest.approx(1)
    assert trust.worst is None
    for part in trust.bins:
        assert part.expected == pytest.approx(part.real, abs=1e-6)
    assert sum(part.share for part in trust.bins) == pytest.approx(1)


def test_what_was_painted_is_told_apart():
    error = np.array([0.01, 0.02, 0.3, 0.3], np.float32)
    trust = trust_of(np.array([0.9, 0.8, 0, 0], np.float32), error, np.array([1, 1, 0, 0], np.float32))
    assert trust.painted == 0.5
    assert trust.worst == pytest.approx(0.3)


def test_a_table_stands_in_columns():
    lines = table(["set", "dB"], [["street", "25.8"], ["a", "9"]]).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[-1] == "| a      |    9 |"


def test_a_program_is_measured():
    told = """print('{"task": "x", "done": 0}', file=sys.stderr)"""
    words = f"import sys, time; b = bytearray(200 << 20); time.sleep(0.3); {told}"
    taken = run([sys.executable, "-c", words])
    assert taken.seconds > 0.3
    assert taken.memory > 200 << 20
    assert list(taken.steps) == ["x"]


def test_a_program_that_fails_says_why():
    with pytest.raises(RuntimeError, match="no such plate"):
        run([sys.executable, "-c", "raise SystemExit('no such plate')"])


def test_street_has_a_truth_for_every_frame():
    street = next(plates for plates in SETS if plates.name == "street")
    if missing(street):
        pytest.skip(f"needs {missing(street)}")
    ready = prepare(street)
    assert ready.footage.frames == open_footage(ready.truth).frames == tuple(range(1001, 1013))
