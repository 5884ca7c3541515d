"""A block is one array; its parts are views."""

import numpy as np

from vfxlib.pipeline.fill_block import FillBlock, empty_block


def test_what_is_written_into_a_part_is_in_the_array_and_no_two_parts_overlap():
    block = empty_block(3, 5)
    assert block.pixels.shape == (3, 5, FillBlock.CHANNELS)
    assert block.pixels.dtype == np.float32
    assert not block.pixels.any()
    block.colour[:], block.confidence[:], block.frame[:], block.method[:] = (1, 2, 3), 4, 5, 6
    assert (block.pixels == [1, 2, 3, 4, 5, 6]).all()
