"""Fits are measured fairly: the paper's recipe is the paper's, ours is what ships, and neither sees the truth."""

import dataclasses

import numpy as np
import pytest
import torch

from benchmarks.bench.cache import origin
from benchmarks.bench.pan import Pan, make_pan
from benchmarks.bench.sets import Prepared
from benchmarks.internal_fit import ours as fitours
from benchmarks.internal_fit.curve import fit_literal
from benchmarks.internal_fit.curve_tables import Pair, curve_text
from benchmarks.internal_fit.paper import BATCH, SETTINGS, Literal
from benchmarks.internal_fit.series import Point, Series, levels
from benchmarks.internal_fit.truth_shot import open_known
from nodes.internal_fit import InternalFitParams
from vfxlib.internal_fit.objective import InpaintSettings

CPU = torch.device("cpu")
SMALL = dataclasses.replace(SETTINGS, width=0.25)


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fits")
    make_pan(folder, Pan((96, 64), 4))
    return Prepared(folder / "plate", folder / "matte", folder / "truth", "A")


@pytest.fixture(scope="module")
def known(ready):
    return open_known(ready)


def weights(recipe):
    return torch.cat([p.detach().flatten() for p in recipe._network.parameters()])


def test_the_truth_judges_itself_perfect_and_the_plate_not(known):
    assert known.psnr(known.truths.__getitem__) == pytest.approx(120)
    assert known.psnr(known.plates.__getitem__) < 25
    assert known.telea() > known.psnr(known.plates.__getitem__)


def test_working_colour_is_displayed_as_the_plate_is(known):
    number, sight = next(iter(known.sights.items()))
    shown = known.displayed(number, sight.colour)
    assert np.allclose(shown[sight.known], known.plates[number][sight.known], atol=1e-4)


def test_the_literal_recipe_is_the_papers():
    assert (SETTINGS.network, SETTINGS.width, SETTINGS.head) == ("coarse-to-fine", 1.0, "tanh")
    assert (SETTINGS.padding, SETTINGS.upsampling, SETTINGS.inputs, SETTINGS.outputs) == ("reflect", "bilinear", 4, 3)


def test_the_literal_recipe_never_learns_from_its_own_hole(known):
    ends = []
    for value in (0.1, 0.9):
        plates = {n: np.where(known.sights[n].hole[..., None], np.float32(value), p) for n, p in known.plates.items()}
        recipe = Literal(dataclasses.replace(known, plates=plates), CPU, SMALL)
        losses = [recipe.step() for _ in range(2)]
        ends.append((losses, weights(recipe)))
    assert ends[0][0] == ends[1][0]
    assert torch.equal(ends[0][1], ends[1][1])


def test_a_literal_fit_that_was_stopped_goes_on_as_if_it_had_not_been(known, tmp_path):
    whole, first, second = (Literal(known, CPU, SMALL) for _ in range(3))
    whole.step(), whole.step()
    first.step()
    first.save(tmp_path / "x.safetensors", {"seconds": 1.5})
    assert second.load(tmp_path / "x.safetensors")["seconds"] == 1.5
    second.step()
    assert second.samples == whole.samples == 2 * BATCH
    assert torch.equal(weights(second), weights(whole))


def test_the_literal_series_is_kept_and_grows_with_more_minutes(known, tmp_path):
    path = tmp_path / "tiny-cpu-literal.json"
    first = fit_literal(known, path, 0.0001, "cpu", SMALL)
    again = fit_literal(known, path, 0.0001, "cpu", SMALL)
    longer = fit_literal(known, path, first.points[-1].seconds / 60 + 0.001, "cpu", SMALL)
    assert first.points == again.points == longer.points[: len(first.points)]
    assert len(longer.points) > len(first.points)
    assert longer.points[-1].samples == BATCH * longer.points[-1].step


def test_ours_is_watched_while_the_command_s_own_step_fits(ready, known, tmp_path, monkeypatch):
    monkeypatch.setattr(fitours, "FIRST", 1)
    points = []
    sample, kept = fitours.watch(ready, known, tmp_path / "work", 2, "cpu", points.append)
    wishes = InpaintSettings(0, 0, 0)
    twice = 2 if InternalFitParams().stabilise > 0 else 1
    assert [point.step for point in points] == [1, 2]
    assert wishes.batch <= points[0].samples <= points[1].samples <= 2 * twice * wishes.batch
    assert 0 < points[0].seconds < points[1].seconds
    assert 32**2 <= sample <= wishes.crop**2
    assert 5 < kept < 60


def series(name, *points):
    return Series(name, points, 100, points[-1].psnr, origin())


def test_the_ratio_is_taken_where_ours_first_came_to_the_papers_best():
    literal = series("literal", Point(1, 5, 10.0, 15.5), Point(100, 500, 1000.0, 20.0), Point(200, 1000, 2000.0, 19.0))
    mine = series("ours", Point(1, 4, 1.0, 12.0), Point(10, 40, 50.0, 20.1), Point(20, 80, 100.0, 22.0))
    assert literal.best.step == 100
    assert mine.reached(20.0).step == 10
    assert mine.reached(23.0) is None
    assert levels([literal]) == [16, 17, 18, 19, 20]
    text = curve_text([Pair("x", literal, mine, 18.0, "9x9x9")], "cpu", ["fit-x.png"])
    row = next(line for line in text.splitlines() if "20.00" in line and "pass" in line)
    assert [cell.strip() for cell in row.split("|")[3:9]] == ["1000", "50.0", "20.0", "500", "40", "12.5"]
    assert "never reached" in curve_text([Pair("x", mine, literal, 18.0, "9x9x9")], "cpu", [])
