"""Frames are encoded at three sizes and decoded at their own."""

import torch

from vfxlib.nets.cycle_features import FrameDecoder, FrameEncoder


def test_features_have_their_sizes_and_pixels_come_back_at_the_frame_s():
    encoder, decoder = FrameEncoder(1, 8, 1), FrameDecoder(16, 8, 3, 1)
    levels = encoder(torch.rand(2, 3, 12, 20), torch.zeros(2, 1, 12, 20))
    assert levels.coarse.shape == (2, 8, 3, 5)
    assert levels.half.shape == (2, 8, 6, 10)
    assert levels.full.shape == (2, 4, 12, 20)
    assert decoder(torch.rand(2, 16, 3, 5), levels).shape == (2, 3, 12, 20)
