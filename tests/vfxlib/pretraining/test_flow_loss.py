"""The losses of the report's 3.4, and the weights of its equations 3 and 4."""

import math

import pytest
import torch

from tests.vfxlib.pretraining.made_scene import made_flows
from vfxlib.pretraining.flow_loss import FlowLossSettings, flow_loss, step_weights

PLAIN = FlowLossSettings(total_variation=0.0, consistency=0.0)


def weights(*values):
    return torch.ones(len(values)) * torch.linspace(values[0], values[-1], len(values))


def test_equation_4_gives_later_updates_more_and_lets_them_join_late():
    assert step_weights(0, 3, FlowLossSettings()) == [0, 0, 0]
    late = step_weights(10_000, 3, FlowLossSettings())
    assert late == pytest.approx([1 / 14, 4 / 14, 9 / 14])
    assert sum(step_weights(100, 3, FlowLossSettings(late=100.0))) == pytest.approx(1 - math.exp(-1))


def test_equation_3_walks_from_the_first_update_to_the_last():
    bell = FlowLossSettings(scheme="bell", late=10.0, spread=0.5)
    assert max(range(4), key=step_weights(10, 4, bell).__getitem__) == 0
    assert max(range(4), key=step_weights(30, 4, bell).__getitem__) == 2
    raw = [math.exp(-((t + 1 - 3.0) ** 2) / (2 * 0.25)) for t in range(4)]
    assert step_weights(30, 4, bell) == pytest.approx([(1 - math.exp(-3)) * each / sum(raw) for each in raw])


def test_no_update_at_all_has_no_weights():
    assert step_weights(5, 0, FlowLossSettings()) == []


def test_the_decoder_is_judged_where_motion_is_known_and_updates_in_the_hole():
    truth, known = made_flows(1, clips=1, frames=4, size=16, hole=6)
    hole = 1 - known
    assert float(flow_loss([truth + 2 * hole, truth + 3 * known], truth, known, 0 * truth, weights(1.0), PLAIN)) == 0
    loss = flow_loss(
        [truth + 0.5 * known, truth + 2 * hole, truth - 3 * hole], truth, known, 0 * truth, weights(1.0, 2.0), PLAIN
    )
    assert float(loss) == pytest.approx(0.5 + 1.0 * 2 + 2.0 * 3, rel=1e-4)


def test_total_variation_is_of_the_error_and_counts_no_shift():
    truth, known = made_flows(2, clips=1, frames=4, size=16, hole=6)
    varied = FlowLossSettings(total_variation=1.0, consistency=0.0)
    stripes = torch.zeros_like(truth)
    stripes[..., ::2] = 1.0
    both = [
        float(flow_loss([truth, truth + error], truth, known, 0 * truth, weights(1.0), each))
        for error in (torch.ones_like(truth), stripes)
        for each in (PLAIN, varied)
    ]
    assert both[1] == pytest.approx(both[0])
    assert both[3] == pytest.approx(both[2] + 1, rel=1e-4)


def test_true_motion_is_consistent_and_a_wrong_one_is_not():
    truth, known = torch.zeros(1, 5, 4, 20, 20), torch.zeros(1, 5, 1, 20, 20)
    truth[:, :, 0], truth[:, :, 2] = 1.5, -1.5
    only = FlowLossSettings(total_variation=0.0, consistency=1.0)
    consistent = flow_loss([truth, truth], truth, known, 0 * truth, weights(1.0), only)
    assert float(consistent) < 1e-4
    wrong = truth.clone()
    wrong[:, :, :2] += 1.0  # forward alone: both ways round miss by as much
    extra = float(flow_loss([truth, wrong], truth, known, 0 * truth, weights(1.0), only)) - float(
        flow_loss([truth, wrong], truth, known, 0 * truth, weights(1.0), PLAIN)
    )
    assert extra == pytest.approx(math.sqrt(2), rel=0.01)


def test_what_is_consistent_is_the_whole_motion_and_not_what_comes_on_top_of_the_base():
    base, known = torch.zeros(1, 5, 4, 20, 20), torch.zeros(1, 5, 1, 20, 20)
    base[:, :, 0], base[:, :, 2] = 1.5, -1.5
    only = FlowLossSettings(total_variation=0.0, consistency=1.0)
    assert float(flow_loss([0 * base, 0 * base], 0 * base, known, base, weights(1.0), only)) < 1e-4


def test_edges_count_by_their_weight():
    truth, known = made_flows(3, clips=1, frames=2, size=16, hole=6)
    truth = torch.cat((truth, torch.zeros_like(truth[:, :, :2])), 2)
    wrong = truth.clone()
    wrong[:, :, 4:] += 0.5
    only = FlowLossSettings(total_variation=0.0, consistency=0.0, edges=0.2)
    loss = flow_loss([truth, wrong], truth, known, 0 * truth[:, :, :4], weights(1.0), only)
    assert float(loss) == pytest.approx(0.1, rel=1e-4)


def test_where_one_way_is_covered_the_other_excuses_it():
    """The paper's figure 21: the lesser of both errors is high on few pixels, one alone on a whole strip."""
    truth, known = torch.zeros(1, 5, 4, 12, 24), torch.zeros(1, 5, 1, 12, 24)
    for frame in range(5):
        truth[:, frame, 0, :, : 8 + 2 * frame], truth[:, frame, 2, :, : 8 + 2 * frame] = 2.0, -2.0
    only = FlowLossSettings(total_variation=0.0, consistency=1.0)
    assert float(flow_loss([truth, truth], truth, known, 0 * truth, weights(1.0), only)) < 0.05


def test_a_clip_without_neighbours_has_no_consistency():
    truth, known = made_flows(3, clips=1, frames=2, size=16, hole=6)
    assert float(flow_loss([truth, truth], truth, known, 0 * truth, weights(1.0), FlowLossSettings())) == 0
