import torch

from tests.vfxlib.internal_fit.shots import painter_settings, shot
from vfxlib.image.box import Box
from vfxlib.internal_fit.channels import HOLE
from vfxlib.internal_fit.objective import InpaintObjective, InpaintSettings
from vfxlib.internal_fit.synthetic_holes import choose_holdout, holdout_mask
from vfxlib.internal_fit.texture_encoder import open_encoder
from vfxlib.nets.painter import open_painter

SETTINGS = InpaintSettings(ambiguity=0.1, stabilise=0.2, regularised_from=5, batch=2, crop=32)


def objective(dataset, level: int = 0, holdout=None, settings: InpaintSettings = SETTINGS) -> InpaintObjective:
    holdout = choose_holdout(dataset, 0) if holdout is None else holdout
    encoder = open_encoder(dataset, level, "", 0)
    networks = [open_painter(painter_settings(each), 0) for each in range(level + 1)]
    return InpaintObjective(dataset, level, networks, holdout, settings, encoder)


def test_the_loss_never_counts_an_unknown_pixel():
    """Whatever lies under the matte, and in what is held out, the gradient is the same."""
    gradients = []
    for hidden in (0.0, 50.0):
        made = objective(shot(hidden=hidden))
        for step in (0, 7):  # before and after the regularising losses have joined
            made.loss(made.sample_batch(step).tensors, made.phase(step)).backward()
        gradients.append([weight.grad.clone() for weight in made.network.parameters()])
    assert all(torch.equal(one, other) for one, other in zip(*gradients, strict=True))


def test_no_weight_lies_on_a_frame_s_own_hole_nor_on_what_is_held_out():
    dataset = shot()
    holdout = choose_holdout(dataset, 0)
    assert holdout
    made = objective(dataset, holdout=holdout)
    for index, moved in holdout.items():
        box = Box(0, 0, 64, 48)
        out = holdout_mask(holdout, dataset, 0, index, box)
        assert out is not None
        weight = made._make_sample(type(moved)(index, moved.source, (0, 0), box), 0).weight
        assert (weight * out).sum() == 0
        assert (weight * dataset.levels[0].crop(index, box)[HOLE]).sum() == 0


def test_what_is_held_out_is_never_shown_to_the_network():
    dataset = shot()
    holdout = choose_holdout(dataset, 0)
    made = objective(dataset, holdout=holdout)
    index = next(iter(holdout))
    box = Box(0, 0, 64, 48)
    far = type(holdout[index])(index, holdout[index].source, (400, 400), box)  # its own moved matte is out of sight
    seen = made._make_sample(far, 0).visible
    assert (seen[:, holdout_mask(holdout, dataset, 0, index, box)[0] > 0] == 0).all()


def test_a_draw_follows_from_its_step_alone():
    made = objective(shot())
    for step in (3, 9):
        first, again = made.sample_batch(step), objective(shot()).sample_batch(step)
        assert first.numbers == again.numbers
        assert all(torch.equal(one, other) for one, other in zip(first.tensors, again.tensors, strict=True))
    assert not torch.equal(made.sample_batch(3).tensors[0], made.sample_batch(4).tensors[0])


def test_every_draw_of_a_phase_has_the_same_shapes():
    made = objective(shot())
    for steps in (range(5), range(5, 10)):
        assert len({tuple(tensor.shape for tensor in made.sample_batch(step).tensors) for step in steps}) == 1


def test_a_fine_level_s_loss_trains_that_level_alone():
    made = objective(shot(halvings=1, size=(96, 128)), level=1)
    made.loss(made.sample_batch(0).tensors, 0).backward()
    assert all(weight.grad is None for weight in made._networks[0].parameters())
    assert any((weight.grad != 0).any() for weight in made.network.parameters())


class Drawn(torch.nn.Module):
    """Paints what is wrong by 0.05 on the left and by 0.5 on the right; the error that it predicts can be learnt."""

    def __init__(self, truth):
        super().__init__()
        apart = torch.full_like(truth, 0.05)
        apart[..., truth.shape[-1] // 2 :] = 0.5
        self.colour, self.log_error = truth + apart, torch.nn.Parameter(torch.zeros_like(truth[:, :1]))

    def forward(self, x):
        return (torch.cat((self.colour, self.log_error), 1),)


def test_the_loss_makes_the_predicted_error_the_one_that_is_made():
    made = InpaintObjective(shot(), 0, [open_painter(painter_settings(), 0)], {}, SETTINGS)
    tensors = made.sample_batch(0).tensors
    made.network = Drawn(tensors[1])
    descent = torch.optim.Adam(made.network.parameters(), 0.1)
    for _ in range(80):
        descent.zero_grad()
        made.loss(tensors, 0).backward()
        descent.step()
    asked = (tensors[2] * tensors[3] > 0)[:, 0]
    predicted = made.network.log_error.detach().exp()[:, 0]
    assert abs(float(predicted[..., :16][asked[..., :16]].mean()) - 0.05) < 0.01
    assert abs(float(predicted[..., 16:][asked[..., 16:]].mean()) - 0.5) < 0.1


def test_where_nothing_can_be_held_out_the_fit_is_judged_by_what_it_saw():
    made = objective(shot(), holdout={})
    first = made.validate(made.network)
    assert 0 < first < 60
    assert made.validate(made.network) == first
    assert made.holdout.calibrate(made.network).expected == (0.1, 0.1)  # confidence 0
