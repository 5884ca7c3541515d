from contextlib import ExitStack

import numpy as np
import pytest
import torch

from vfxlib.errors import OutputError
from vfxlib.image.box import Box
from vfxlib.train.frame_store import FrameStore

CPU = torch.device("cpu")
LARGE = 10**9


@pytest.fixture
def opened(tmp_path):
    """Opens planes of five channels, and closes them."""
    with ExitStack() as stack:

        def planes(room: int) -> FrameStore:
            made = FrameStore(5, CPU, room, tmp_path)
            stack.callback(made.close)
            return made

        yield planes


def frame(seed: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(seed).random((5, height, width)).astype(np.float16)


def test_frames_in_a_file_give_the_same_crops_as_frames_in_memory(opened, tmp_path):
    memory, disk = opened(LARGE), opened(0)
    for seed, size in enumerate(((20, 30), (13, 9))):
        for planes in (memory, disk):
            planes.add(frame(seed, *size), Box(3, -2, 3 + size[1], -2 + size[0]))
    for place in (0, 1, 0):
        for box in (Box(0, 0, 16, 16), Box(-8, -8, 40, 40), Box(5, 3, 6, 4), Box(90, 90, 98, 98)):
            assert torch.equal(memory.crop(place, box), disk.crop(place, box))
    assert not list(tmp_path.iterdir()), "the file has no name"


def test_outside_of_a_frame_everything_is_0(opened):
    planes = opened(LARGE)
    planes.add(np.ones((5, 4, 4), np.float16), Box(0, 0, 4, 4))
    crop = planes.crop(0, Box(-2, 0, 6, 4))
    assert crop[..., :2].sum() == crop[..., 6:].sum() == 0
    assert (crop[:, :, 2:6] == 1).all()


def test_memory_is_taken_as_long_as_there_is_room_and_then_the_file(opened):
    planes = opened(2 * frame(0, 8, 8).nbytes)
    for seed in range(4):
        planes.add(frame(seed, 8, 8), Box(0, 0, 8, 8))
    held = [isinstance(each, torch.Tensor) for each in planes._held]
    assert held == [True, True, False, False]
    for seed in range(4):
        assert torch.equal(planes.crop(seed, Box(0, 0, 8, 8)), torch.tensor(frame(seed, 8, 8)).float())


def test_a_frame_is_kept_as_it_was_whatever_becomes_of_the_array(opened):
    for room in (LARGE, 0):
        data, planes = frame(0, 6, 6), opened(room)
        planes.add(data, Box(0, 0, 6, 6))
        data[:] = 9
        assert planes.crop(0, Box(0, 0, 6, 6)).max() <= 1


def test_a_frame_without_pixels_is_none_to_draw_from(opened):
    planes = opened(0)
    planes.add(frame(0, 6, 6), Box(0, 0, 6, 6))
    planes.add(np.zeros((5, 0, 0), np.float16), Box(0, 0, 0, 0))
    planes.add(frame(1, 6, 6), Box(2, 2, 8, 8))
    assert len(planes) == 3
    assert planes.shown == [0, 2]
    assert planes.window(2) == Box(2, 2, 8, 8)
    assert planes.crop(1, Box(0, 0, 4, 4)).sum() == 0


def test_the_folder_is_made_when_it_is_needed_and_nothing_is_left_in_it(tmp_path):
    planes = FrameStore(5, CPU, 0, tmp_path / "work" / "fit")
    assert not (tmp_path / "work").exists()
    planes.add(frame(0, 6, 6), Box(0, 0, 6, 6))
    assert (tmp_path / "work" / "fit").is_dir()
    planes.close()
    planes.close()
    assert not list((tmp_path / "work" / "fit").iterdir())


def test_a_folder_that_takes_nothing_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    planes = FrameStore(5, CPU, 0, tmp_path / "file")
    with pytest.raises(OutputError, match="do not fit into memory nor onto the disk") as told:
        planes.add(frame(0, 6, 6), Box(0, 0, 6, 6))
    assert "--memory" in told.value.fix
