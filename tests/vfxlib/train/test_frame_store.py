from contextlib import ExitStack

import numpy as np
import pytest
import torch

from vfxlib.errors import OutputError
from vfxlib.image.box import Box
from vfxlib.train.frame_store import FrameStore, TensorStore

CPU = torch.device("cpu")
LARGE = 10**9


@pytest.fixture
def open_store(tmp_path):
    """Opens planes of five channels, and closes them."""
    with ExitStack() as stack:

        def store(room: int) -> FrameStore:
            made = FrameStore(5, CPU, room, tmp_path)
            stack.callback(made.close)
            return made

        yield store


def frame(seed: int, height: int, width: int) -> np.ndarray:
    return np.random.default_rng(seed).random((5, height, width)).astype(np.float16)


def test_frames_in_a_file_give_the_same_crops_as_frames_in_memory(open_store, tmp_path):
    memory, disk = open_store(LARGE), open_store(0)
    for seed, size in enumerate(((20, 30), (13, 9))):
        for store in (memory, disk):
            store.add(frame(seed, *size), Box(3, -2, 3 + size[1], -2 + size[0]))
    for index in (0, 1, 0):
        for box in (Box(0, 0, 16, 16), Box(-8, -8, 40, 40), Box(5, 3, 6, 4), Box(90, 90, 98, 98)):
            assert torch.equal(memory.crop(index, box), disk.crop(index, box))
    assert not list(tmp_path.iterdir()), "the file has no name"


def test_outside_of_a_frame_everything_is_0(open_store):
    store = open_store(LARGE)
    store.add(np.ones((5, 4, 4), np.float16), Box(0, 0, 4, 4))
    crop = store.crop(0, Box(-2, 0, 6, 4))
    assert crop[..., :2].sum() == crop[..., 6:].sum() == 0
    assert (crop[:, :, 2:6] == 1).all()


def test_memory_is_taken_as_long_as_there_is_room_and_then_the_file(open_store):
    store = open_store(2 * frame(0, 8, 8).nbytes)
    for seed in range(4):
        store.add(frame(seed, 8, 8), Box(0, 0, 8, 8))
    in_memory = [isinstance(each, torch.Tensor) for each in store._frames]
    assert in_memory == [True, True, False, False]
    for seed in range(4):
        assert torch.equal(store.crop(seed, Box(0, 0, 8, 8)), torch.tensor(frame(seed, 8, 8)).float())


def test_a_frame_is_kept_as_it_was_whatever_becomes_of_the_array(open_store):
    for room in (LARGE, 0):
        data, store = frame(0, 6, 6), open_store(room)
        store.add(data, Box(0, 0, 6, 6))
        data[:] = 9
        assert store.crop(0, Box(0, 0, 6, 6)).max() <= 1


def test_a_frame_without_pixels_is_none_to_draw_from(open_store):
    store = open_store(0)
    store.add(frame(0, 6, 6), Box(0, 0, 6, 6))
    store.add(np.zeros((5, 0, 0), np.float16), Box(0, 0, 0, 0))
    store.add(frame(1, 6, 6), Box(2, 2, 8, 8))
    assert store.nonempty == [0, 2]
    assert store.window(2) == Box(2, 2, 8, 8)
    assert store.crop(1, Box(0, 0, 4, 4)).sum() == 0


def test_the_folder_is_made_when_it_is_needed_and_nothing_is_left_in_it(tmp_path):
    store = FrameStore(5, CPU, 0, tmp_path / "work" / "fit")
    assert not (tmp_path / "work").exists()
    store.add(frame(0, 6, 6), Box(0, 0, 6, 6))
    assert (tmp_path / "work" / "fit").is_dir()
    store.close()
    store.close()
    assert not list((tmp_path / "work" / "fit").iterdir())


def test_a_folder_that_takes_nothing_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    store = FrameStore(5, CPU, 0, tmp_path / "file")
    with pytest.raises(OutputError, match="do not fit into memory nor onto the disk") as caught:
        store.add(frame(0, 6, 6), Box(0, 0, 6, 6))
    assert "--memory" in caught.value.fix


@pytest.mark.parametrize("room", [0, 2 * 3 * 4 * 5 * 2, 10**9])
def test_a_tensor_that_was_put_comes_back_whatever_the_room(room, tmp_path):
    store = TensorStore(3, (4, 5), device=CPU, room=room, folder=tmp_path)
    tensors = {index: torch.rand((3, 4, 5), generator=torch.Generator().manual_seed(index)) for index in (7, 2, 9, 0)}
    for index, tensor in tensors.items():
        store.put(index, tensor)
    assert len(store) == 4
    for index in (0, 9, 2, 7, 0):
        assert store.get(index).dtype == torch.float32
        assert torch.equal(store.get(index), tensors[index].half().float())
    assert not list(tmp_path.iterdir())
    store.close()


def test_tensors_in_a_folder_that_cannot_be_written_are_told(tmp_path):
    (tmp_path / "file").write_text("")
    store = TensorStore(1, (4, 5), device=CPU, room=0, folder=tmp_path / "file")
    with pytest.raises(OutputError, match="do not fit into memory"):
        store.put(0, torch.zeros(1, 4, 5))
