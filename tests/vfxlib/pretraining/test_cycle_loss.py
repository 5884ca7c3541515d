"""The losses of the cycle, by numbers that can be worked out by hand."""

import pytest
import torch

from vfxlib.pretraining.cycle_loss import cycle_loss, frame_loss, mask_loss, total_loss


def mask_of(pixels):
    mask = torch.zeros(1, 1, 4, 4)
    mask.view(-1)[:pixels] = 1.0
    return mask


def test_a_frame_s_error_counts_for_each_hidden_pixel():
    truth = torch.zeros(1, 3, 4, 4)
    wrong = truth + 0.2 * mask_of(2)
    assert float(frame_loss(wrong, truth, mask_of(2))) == pytest.approx(0.2)
    assert float(frame_loss(wrong, truth, mask_of(4))) == pytest.approx(0.1)
    assert float(frame_loss(truth, truth, torch.zeros(1, 1, 4, 4))) == 0.0


def test_a_mask_s_loss_is_cross_entropy_and_what_two_masks_do_not_share():
    sure = 40 * (2 * mask_of(4) - 1)
    assert float(mask_loss(sure, mask_of(4))) == pytest.approx(0.0, abs=1e-6)
    half = 40 * (2 * mask_of(2) - 1)
    assert float(mask_loss(half, mask_of(4))) == pytest.approx(2 * 40 / 16 + 1 - 3 / 5, rel=1e-4)


def test_the_cycle_is_closed_where_mask_and_frame_come_back():
    mask, frame = mask_of(2), torch.rand(1, 3, 4, 4)
    assert float(cycle_loss(mask, mask, frame, frame)) == 0.0
    assert float(cycle_loss(mask, 0.5 * mask, frame, frame)) == pytest.approx(0.5)
    assert float(cycle_loss(mask, mask, frame, frame + 0.1 * mask)) == pytest.approx(0.1, rel=1e-4)


def test_the_terms_have_the_paper_s_weights():
    assert [float(total_loss(*row)) for row in torch.eye(3)] == [2.5, 0.25, 1.0]
