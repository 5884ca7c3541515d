"""Cryptomattes that Paintout writes, as Blender's own node reads them."""

from pathlib import Path

import numpy as np
import pytest

from tests.blender.process import SCRIPTS, answer, run_script
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr
from vfxlib.pipeline.cryptomatte import cryptomatte_of

WIDTH, HEIGHT = 32, 20
NAMES = ("dog", "1", "red ball")


@pytest.fixture(scope="module")
def shares() -> np.ndarray:
    """Three objects that share pixels beside a background."""
    parts = np.random.default_rng(2).random((4, HEIGHT, WIDTH)).astype(np.float32)
    parts[:, :4], parts[0, 4:8], parts[1:, 4:8] = 0, 1, 0
    return (parts / np.maximum(parts.sum(axis=0), 1e-6))[:3]


@pytest.fixture(scope="module")
def path(shares, tmp_path_factory) -> Path:
    """A file with their Cryptomatte beside a picture and a layer of ours."""
    layer, screen = cryptomatte_of(NAMES), Box(0, 0, WIDTH, HEIGHT)
    picture = dict.fromkeys((*"RGB", "matte.A"), np.full((HEIGHT, WIDTH), 0.5, np.float16))
    path = tmp_path_factory.mktemp("crypto") / "clean.1001.exr"
    channels = {**picture, **layer.channels(list(shares))}
    attributes = {"colorInteropID": "lin_rec709_scene", **layer.attributes}
    write_exr(path, display=screen, origin=(0, 0), data=screen, aspect=1.0, channels=channels, attributes=attributes)
    return path


@pytest.mark.parametrize(("place", "name"), [(0, "dog"), (1, "matte_1"), (2, "red ball")])
def test_blender_gives_the_object_s_matte_back(blender, path, shares, place, name):
    words = (path, "cryptoObject", name)
    seen = answer(run_script(blender, SCRIPTS / "read_cryptomatte.py", *words, seconds=60))
    assert seen["size"] == [WIDTH, HEIGHT]
    assert np.allclose(np.reshape(seen["matte"], (HEIGHT, WIDTH)), shares[place], atol=1e-5)
