"""Five frames with their first as key."""

import pytest

from benchmarks.bench.pan import Pan, make_pan
from benchmarks.bench.sets import PreparedSet
from benchmarks.mask_propagate.sets import open_keyed_shot


@pytest.fixture(scope="package")
def ready(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mattes")
    make_pan(folder, Pan((96, 64), 5))
    return PreparedSet(folder / "plate", folder / "matte", folder / "truth", "A")


@pytest.fixture
def shot(ready, tmp_path):
    """What is made of it goes to a folder of its own."""
    return open_keyed_shot("tiny", ready, 1, root=tmp_path / "results")
