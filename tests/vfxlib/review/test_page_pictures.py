"""The folder of a page's pictures holds those of one review, in sizes that a browser can bear."""

import numpy as np
import pytest
from PIL import Image

from vfxlib.errors import OutputError
from vfxlib.review.page_pictures import MOST_FRAMES, PagePictures, clear_pictures, frames_at_once


@pytest.mark.parametrize(("shape", "aspect"), [((90, 160), 1.0), ((1500, 4000), 2.0), ((4000, 3), 1.0), ((1, 1), 1.0)])
def test_every_picture_is_there_large_and_small(tmp_path, shape, aspect):
    pictures = PagePictures(tmp_path / "f")
    pictures.write(-5, {"plate": np.zeros((*shape, 3), np.uint8)}, aspect)
    assert sorted(path.name for path in (tmp_path / "f").iterdir()) == ["plate.-5.png", "plate.-5.small.png"]
    with Image.open(tmp_path / "f/plate.-5.png") as large, Image.open(tmp_path / "f/plate.-5.small.png") as small:
        assert large.size == pictures.large
        assert small.size == pictures.small
        assert small.size[0] <= large.size[0] <= 960
        assert large.size[1] <= 1080


def test_pictures_of_an_earlier_review_go_and_what_is_not_ours_stays(tmp_path):
    for name in ("plate.1001.png", "clean.-3.small.png", "notes.txt", "plate.png"):
        (tmp_path / name).write_text("")
    clear_pictures(tmp_path)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["notes.txt", "plate.png"]


def test_a_link_to_another_folder_is_refused(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere/plate.1.png").write_text("mine")
    (tmp_path / "f").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OutputError, match="is no folder of a review"):
        clear_pictures(tmp_path / "f")
    assert (tmp_path / "elsewhere/plate.1.png").read_text() == "mine"


def test_a_short_shot_has_all_its_frames_and_a_long_one_those_that_are_worth_it():
    assert frames_at_once(range(50), [3]) == tuple(range(50))
    some = frames_at_once(range(10_000), [17, 4321])
    assert len(some) == MOST_FRAMES
    assert {17, 4321, 9999} <= set(some)
