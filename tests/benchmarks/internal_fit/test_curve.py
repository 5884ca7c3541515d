"""Both fits leave a series that is kept, and that only a fit of the same kind goes on with."""

import dataclasses

from benchmarks.bench.cache import origin
from benchmarks.internal_fit.curve import fit_ours, fit_paper, load_series
from benchmarks.internal_fit.paper import BATCH, SETTINGS
from benchmarks.internal_fit.series import Point

SMALL = dataclasses.replace(SETTINGS, width=0.25)


def test_the_literal_series_is_kept_and_grows_with_more_minutes(truth, tmp_path):
    path = tmp_path / "tiny-cpu-literal.json"
    first = fit_paper(truth, path, 0.0001, "cpu", SMALL)
    again = fit_paper(truth, path, 0.0001, "cpu", SMALL)
    longer = fit_paper(truth, path, first.points[-1].seconds / 60 + 0.001, "cpu", SMALL)
    assert first.points == again.points == longer.points[: len(first.points)]
    assert len(longer.points) > len(first.points)
    assert longer.points[-1].samples == BATCH * longer.points[-1].step


def test_our_series_is_kept_while_the_code_stays_the_same(ready, truth, tmp_path):
    path = tmp_path / "tiny-cpu-ours.json"
    made = fit_ours(ready, truth, path, 2, "cpu", first=1)
    assert (made.name, [point.step for point in made.points], made.origin) == ("ours", [1, 2], origin())
    assert all(isinstance(point, Point) for point in made.points)
    before = path.read_bytes()
    assert fit_ours(ready, truth, path, 2, "cpu", first=1) == made
    assert path.read_bytes() == before
    assert load_series(path, "of another code") is None
    assert load_series(tmp_path / "nothing.json") is None
