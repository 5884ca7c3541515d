"""The pictures of the pages are made from results, and show the right part of them."""

import importlib.util
import sys

import numpy as np
import pytest
from PIL import Image

from tests.places import ROOT

SPEC = importlib.util.spec_from_file_location("pictures", ROOT / "docs" / "pictures.py")
pictures = importlib.util.module_from_spec(SPEC)


@pytest.fixture(scope="module", autouse=True)
def module():
    sys.modules["pictures"] = pictures  # dataclasses look there
    SPEC.loader.exec_module(pictures)
    yield
    del sys.modules["pictures"]


def test_every_page_of_a_node_or_recipe_has_a_picture_that_can_be_made():
    pages = {path.stem for path in pictures.PAGES.glob("*.md")}
    assert set(pictures.STRIPS) == pages
    assert {path.stem for path in pictures.PAGES.glob("*.png")} == pages


def test_a_window_holds_all_of_what_it_is_around_and_no_more_than_the_picture():
    mask = np.zeros((120, 200), np.float32)
    mask[100:118, 150:160] = 1
    rows, columns = pictures.around(mask, 5 / 3)
    assert mask[rows, columns].sum() == mask.sum()
    assert 0 <= rows.start < rows.stop <= 120
    assert 0 <= columns.start < columns.stop <= 200
    assert (columns.stop - columns.start) / (rows.stop - rows.start) == pytest.approx(5 / 3, rel=0.02)


def test_a_picture_with_a_palette_keeps_a_few_bright_pixels(tmp_path):
    wall = np.random.default_rng(3).integers(60, 110, (80, 120, 3)).astype(np.uint8)
    wall[40:43, 60:63] = (255, 110, 30)
    pictures.write_picture(tmp_path / "wall.png", wall)
    again = np.asarray(Image.open(tmp_path / "wall.png").convert("RGB")).astype(int)
    assert abs(again[41, 61] - (255, 110, 30)).max() < 24
    assert abs(again - wall).mean() < 8
