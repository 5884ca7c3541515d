"""Cryptomattes as Blender itself writes them."""

from pathlib import Path

import numpy as np
import pytest

from vfxlib.errors import MatteError
from vfxlib.image.box import Box
from vfxlib.inputs.matte import open_matte

SCREEN = Box(0, 0, 64, 36)
KINDS = ("multipart", "interleaved")


def coverage(renders: Path, kind: str, name: str, number: int = 1001) -> np.ndarray:
    """The coverage of what ``name`` says, over the whole frame."""
    matte = open_matte(str(renders / kind / "render.####.exr"), f"cryptomatte:{name}")
    values, window = matte.read(number, SCREEN)
    assert window == SCREEN
    return values


@pytest.mark.parametrize("kind", KINDS)
def test_an_object_is_found_by_its_name_where_it_is(cryptomatte_renders, kind):
    red, blue = (coverage(cryptomatte_renders, kind, f"CryptoObject/{name} ball") for name in ("red", "blue"))
    assert red[18, 20] == 1
    assert red[18, 44] == 0
    assert red[2, 2] == 0
    assert blue[18, 44] == 1
    assert blue[18, 20] == 0
    assert blue[2, 2] == 0


@pytest.mark.parametrize("kind", KINDS)
def test_the_edge_of_an_object_is_soft(cryptomatte_renders, kind):
    red = coverage(cryptomatte_renders, kind, "CryptoObject/red ball")
    assert ((red > 0.1) & (red < 0.9)).sum() > 10


@pytest.mark.parametrize("kind", KINDS)
def test_all_objects_together_cover_every_pixel_once(cryptomatte_renders, kind):
    names = ("wall", "red ball", "blue ball")
    total = sum(coverage(cryptomatte_renders, kind, f"CryptoObject/{name}") for name in names)
    assert np.allclose(total, 1, atol=1e-3)


def test_a_material_is_found_in_the_layer_that_is_named(cryptomatte_renders):
    by_paint = coverage(cryptomatte_renders, "multipart", "beauty.CryptoMaterial/red ball paint")
    by_name = coverage(cryptomatte_renders, "multipart", "beauty.CryptoObject/red ball")
    assert np.allclose(by_paint, by_name, atol=1e-3)


def test_both_ways_of_writing_give_the_same_matte(cryptomatte_renders):
    one, other = (coverage(cryptomatte_renders, kind, "CryptoObject/red ball") for kind in KINDS)
    assert np.array_equal(one, other)


def test_an_object_that_moves_is_found_where_it_went(cryptomatte_renders):
    first, second = (coverage(cryptomatte_renders, "multipart", "CryptoObject/red ball", n) for n in (1001, 1002))
    columns = np.arange(64)
    assert (second.sum(0) @ columns) / second.sum() > (first.sum(0) @ columns) / first.sum() + 2


def test_a_name_that_is_not_there_is_answered_with_those_that_are(cryptomatte_renders):
    with pytest.raises(MatteError) as caught:
        coverage(cryptomatte_renders, "multipart", "CryptoObject/red bell")
    assert "red ball" in str(caught.value)
