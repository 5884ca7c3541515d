"""An EXR is taken apart and put together again byte for byte, and what is changed of it is one thing."""

from random import Random

import numpy as np
import OpenEXR
import pytest

from tests.exr import write
from tests.fuzz.mutate_exr import mutate_exr, split_exr

SIZE = (20, 10)


@pytest.fixture(params=["scanlines", "tiles", "parts"])
def data(request, tmp_path) -> bytes:
    path = tmp_path / "picture.exr"
    channels = {name: np.full(SIZE[::-1], 0.5, np.float16) for name in "RGB"}
    if request.param == "scanlines":
        write(path, channels, SIZE)
    elif request.param == "tiles":
        tiles = OpenEXR.TileDescription()
        tiles.xSize = tiles.ySize = 16
        write(path, channels, SIZE, type=OpenEXR.tiledimage, tiles=tiles)
    else:
        header = {"type": OpenEXR.scanlineimage}
        parts = [OpenEXR.Part(dict(header), {name: channels[name].copy()}, name) for name in "RGB"]
        OpenEXR.File(parts).write(str(path))
    return path.read_bytes()


def test_a_file_comes_together_again_byte_for_byte(data):
    exr = split_exr(data)
    assert exr is not None
    assert exr.join() == data
    assert exr.join(len(exr.header_bytes())) == data


def test_a_longer_header_moves_the_chunks_and_their_table(data):
    exr = split_exr(data)
    assert exr is not None
    before = len(exr.header_bytes())
    exr.parts[0].append((b"owner", b"string", b"studio"))
    again = split_exr(exr.join(before))
    assert again is not None
    assert [offset - len("owner string studio") - 5 + 1 for offset in again.table] == [o for o in exr.table]
    assert again.chunks == exr.chunks


def test_most_changes_keep_a_file_that_can_still_be_taken_apart(data):
    changed = [mutate_exr(Random(number), data) for number in range(200)]
    assert sum(one != data for one in changed) > 150
    assert sum(split_exr(one) is not None for one in changed) > 100
