from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vfxlib.errors import OutputError
from vfxlib.review.heat_map import COUNT_COLOURS, HeatPanel, check_heat_map, heat_map, write_heat_map

PICTURE = np.full((270, 480, 3), 60, np.uint8)


def panel(counts: np.ndarray) -> HeatPanel:
    return HeatPanel("1042: other frames show 12 % of its hole", PICTURE, counts.astype(np.int32), True)


def near(picture: np.ndarray, colour: tuple[int, int, int]) -> int:
    """Pixels of about this colour, over the dim plate too."""
    return int((np.abs(picture.astype(int) - colour).max(axis=2) < 60).sum())


def test_every_number_of_frames_has_its_colour_and_the_rest_is_the_grey_plate() -> None:
    counts = np.full((27, 48), -1)
    bare = heat_map("title", "", [panel(counts)], [(1, 1.0)], [])
    for count, number in ((0, 0), (1, 1), (3, 2), (12, 4)):
        colour = next(c for n, _, c in COUNT_COLOURS if n == number)
        counts[:] = -1
        counts[5:20, 10:40] = count
        drawn = heat_map("title", "", [panel(counts)], [(1, 1.0)], [])
        assert near(drawn, colour) - near(bare, colour) > 50_000, count


def test_pictures_of_any_shape_have_a_place() -> None:
    for shape, count in (((270, 480), 1), ((270, 480), 4), ((600, 20), 3), ((1, 1), 2)):
        counts = np.zeros(shape, np.int32)
        panels = [HeatPanel("1", np.zeros((*shape, 3), np.uint8), counts)] * count
        drawn = heat_map("title", "", panels, [(n, None if n % 2 else n / 400) for n in range(400)], [5, 6])
        assert drawn.shape[1:] == (1920, 3)
    assert heat_map("nothing", "", [], [], []).shape[1:] == (1920, 3)


def test_it_is_a_png_and_an_earlier_one_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "new" / "heat_map.png"
    for _ in range(2):
        write_heat_map(path, heat_map("title", "", [], [], []))
    with Image.open(path) as picture:
        assert picture.format == "PNG"
        assert picture.size[0] == 1920


@pytest.mark.parametrize("content", [b"", b"somebody's own picture"])
def test_somebody_else_s_file_is_not_written_over(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "heat_map.png"
    path.write_bytes(content)
    with pytest.raises(OutputError, match="is there already"):
        write_heat_map(path, heat_map("title", "", [], [], []))
    assert path.read_bytes() == content


def test_a_folder_in_its_place_is_refused(tmp_path: Path) -> None:
    (tmp_path / "heat_map.png").mkdir()
    with pytest.raises(OutputError):
        check_heat_map(tmp_path / "heat_map.png")
