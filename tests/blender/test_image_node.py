"""What Blender's Image node reads in the files that Paintout writes."""

from pathlib import Path

import numpy as np
import pytest

from tests.blender.process import SCRIPTS, answer, run_script
from tests.contract.conftest import FLOW, Shot
from vfxlib.image.box import Box
from vfxlib.io.exr import read_channels, write_exr

WIDTH, HEIGHT = 32, 20
POINTS = ((0, 0), (31, 19), (7, 3), (20, 15))  # the corners tell which way is up
LAYERS = {  # socket -> kind, channels
    "Combined": ("RGBA", ("R", "G", "B")),
    "fill": ("RGBA", ("fill.R", "fill.G", "fill.B")),
    "matte": ("VALUE", ("matte.A",)),
    "confidence": ("VALUE", ("confidence.A",)),
    "forward": ("VECTOR", ("forward.u", "forward.v")),
    "backward": ("VECTOR", ("backward.u", "backward.v")),
    "provenance": ("VECTOR", ("provenance.frame", "provenance.method")),
}
FLOATS = ("forward", "backward", "provenance")


def seen_by_blender(python: Path, path: Path, points=POINTS):
    """Sockets and values of a file, as tests/blender/scripts/read_layers.py prints them."""
    words = [f"{x},{y}" for x, y in points]
    return answer(run_script(python, SCRIPTS / "read_layers.py", path, *words, seconds=60))


def check(seen, frame, points=POINTS) -> None:
    """Every layer has its socket, of its kind, with the values of the file."""
    for socket, (kind, names) in LAYERS.items():
        assert seen["sockets"][socket] == kind
        for place, (x, y) in enumerate(points):
            ours = [float(frame[name][y, x]) for name in names]
            assert seen["pixels"][socket][place][: len(names)] == pytest.approx(ours, rel=1e-6), (socket, x, y)


def channels(height: int = HEIGHT, width: int = WIDTH) -> dict[str, np.ndarray]:
    """Every channel that a result may have, each pixel another number; some below 0, some far above 1."""
    rng = np.random.default_rng(4)
    names = [name for _, group in LAYERS.values() for name in group]
    made = {}
    for name in names:
        kind = np.float32 if name.startswith(FLOATS) else np.float16
        made[name] = (rng.random((height, width)) * 40 - 4).astype(kind)
    return made


def written(folder: Path, display: Box, data: Box) -> Path:
    path = folder / "clean.1001.exr"
    attributes = {"colorInteropID": "lin_rec709_scene"}
    whole = channels(data.height, data.width)
    write_exr(path, display=display, origin=(0, 0), data=data, aspect=1.0, channels=whole, attributes=attributes)
    return path


@pytest.fixture(scope="module")
def all_layers(tmp_path_factory) -> Path:
    """A file with every layer of a result."""
    screen = Box(0, 0, WIDTH, HEIGHT)
    return written(tmp_path_factory.mktemp("layers"), screen, screen)


@pytest.fixture(scope="module")
def seen(blender, all_layers):
    """What Blender says of it."""
    return seen_by_blender(blender, all_layers)


def test_every_layer_comes_out_of_a_socket_of_its_kind_with_its_values(seen, all_layers):
    assert seen["size"] == [WIDTH, HEIGHT]
    check(seen, read_channels(all_layers, 1001).channels)


def test_the_fill_is_opaque(seen):
    assert all(pixel[3] == 1 for pixel in seen["pixels"]["fill"])


def test_blender_centres_a_data_window_that_is_smaller_than_the_frame(blender, tmp_path):
    """Of a layered file it reads the data window alone: what uses our files must move the picture back."""
    data = Box(4, 3, 24, 11)
    path = written(tmp_path, Box(0, 0, WIDTH, HEIGHT), data)
    left, top = (WIDTH - data.width) // 2, (HEIGHT - data.height) // 2
    corners = ((0, 0), (data.width - 1, 0), (0, data.height - 1), (7, 3))
    seen = seen_by_blender(blender, path, tuple((left + x, top + y) for x, y in corners))
    check(seen, read_channels(path, 1001).channels, corners)


def test_a_result_of_the_command_is_read_layer_by_layer(blender, tmp_path):
    shot = Shot(tmp_path, FLOW).make(range(1001, 1004))
    assert shot.run() == 0
    points = ((0, 0), (41, 50), (120, 90), (60, 22))
    seen = seen_by_blender(blender, tmp_path / "out" / "clean.1002.exr", points)
    check(seen, shot.result(1002).channels, points)
