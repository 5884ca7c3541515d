"""A shot so small that a fit of it takes a moment, with its truth."""

import pytest

from benchmarks.bench.pan import Pan, make_pan
from benchmarks.bench.sets import PreparedSet
from benchmarks.internal_fit.truth_shot import open_truth_shot


@pytest.fixture(scope="package")
def ready(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fits")
    make_pan(folder, Pan((96, 64), 4))
    return PreparedSet(folder / "plate", folder / "matte", folder / "truth", "A")


@pytest.fixture(scope="package")
def truth(ready):
    return open_truth_shot(ready)
