"""A small plate whose clean plate is known."""

import pytest

from benchmarks.bench.pan import Pan, make_pan
from vfxlib.image.pixel_types import as_float
from vfxlib.io.footage import open_footage, rgb


def read(folder):
    """Every frame of a sequence."""
    footage = open_footage(folder)
    return [footage.read(number) for number in footage.frames]


@pytest.fixture(scope="session")
def pan(tmp_path_factory):
    """Plate, truth and matte of a small pan."""
    folder = tmp_path_factory.mktemp("pan")
    make_pan(folder, Pan((192, 108), 5))
    plate, truth = ([as_float(rgb(frame)) for frame in read(folder / part)] for part in ("plate", "truth"))
    return plate, truth, [as_float(frame.channels["A"]) for frame in read(folder / "matte")]
