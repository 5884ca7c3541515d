import numpy as np
import torch

from tests.vfxlib.internal_fit.shots import shot
from vfxlib.image.box import Box
from vfxlib.internal_fit.channels import HOLE, KNOWN
from vfxlib.internal_fit.coarse_to_fine import inputs, network_inputs, see
from vfxlib.internal_fit.objective import InpaintObjective, InpaintSettings
from vfxlib.internal_fit.synthetic_holes import choose_holdout, cut, draw_synthetic_hole, held_out
from vfxlib.internal_fit.texture_encoder import open_encoder
from vfxlib.nets.painter import PainterSettings, open_painter

WISHES = InpaintSettings(ambiguity=0.1, stabilise=0.2, late=5, batch=2, crop=32)


def painter(level: int = 0):
    settings = PainterSettings(inputs=network_inputs(level), outputs=4, width=0.25, padding="zeros", head="linear")
    return open_painter(settings, seed=0)


def recipe(material, level: int = 0, held=None, wishes: InpaintSettings = WISHES) -> InpaintObjective:
    held = choose_holdout(material, 0) if held is None else held
    encoder = open_encoder(material, level, "", 0)
    return InpaintObjective(material, level, [painter(each) for each in range(level + 1)], held, wishes, encoder)


def test_the_loss_never_counts_an_unknown_pixel():
    """Whatever lies under the matte, and in what is held out, the gradient is the same."""
    gradients = []
    for hidden in (0.0, 50.0):
        made = recipe(shot(hidden=hidden))
        for step in (0, 7):  # before and after the regularising losses have joined
            made.loss(made.sample_batch(step).tensors, made.phase(step)).backward()
        gradients.append([weight.grad.clone() for weight in made.network.parameters()])
    assert all(torch.equal(one, other) for one, other in zip(*gradients, strict=True))


def test_no_weight_lies_on_a_frame_s_own_hole_nor_on_what_is_held_out():
    material = shot()
    held = choose_holdout(material, 0)
    assert held
    made = recipe(material, held=held)
    for place, moved in held.items():
        box = Box(0, 0, 64, 48)
        out = held_out(held, material, 0, place, box)
        assert out is not None
        weight = made._cut(type(moved)(place, moved.source, (0, 0), box), 0).weight
        assert (weight * out).sum() == 0
        assert (weight * material.levels[0].crop(place, box)[HOLE]).sum() == 0


def test_what_is_held_out_is_never_shown_to_the_network():
    material = shot()
    held = choose_holdout(material, 0)
    made = recipe(material, held=held)
    place = next(iter(held))
    box = Box(0, 0, 64, 48)
    far = type(held[place])(place, held[place].source, (400, 400), box)  # its own moved matte is out of sight
    seen = made._cut(far, 0).seen
    assert (seen[:, held_out(held, material, 0, place, box)[0] > 0] == 0).all()


def test_a_draw_follows_from_its_step_alone():
    made = recipe(shot())
    for step in (3, 9):
        first, again = made.sample_batch(step), recipe(shot()).sample_batch(step)
        assert first.where == again.where
        assert all(torch.equal(one, other) for one, other in zip(first.tensors, again.tensors, strict=True))
    assert not torch.equal(made.sample_batch(3).tensors[0], made.sample_batch(4).tensors[0])


def test_every_draw_of_a_phase_has_the_same_shapes():
    made = recipe(shot())
    for steps in (range(5), range(5, 10)):
        assert len({tuple(tensor.shape for tensor in made.sample_batch(step).tensors) for step in steps}) == 1


def test_moved_mattes_cover_visible_pixels_and_lie_near_the_hole_most_of_the_time():
    material, near = shot(), 0
    for step in range(60):
        moved = draw_synthetic_hole(material, 0, 32, np.random.default_rng(step))
        frame, hidden = cut(material, 0, moved, moved.box)
        assert (frame[KNOWN] * hidden).mean() >= 0.01
        hole = material.holes[0][moved.place]
        middle = np.array(material.holes[0][moved.source].middle) + moved.shift
        near += bool(np.abs(middle - hole.middle).max() < 26)
    assert near > 30


def test_a_moved_matte_is_the_same_one_at_every_level():
    material = shot(halvings=2, size=(96, 128))
    for step in range(20):
        moved = draw_synthetic_hole(material, 2, 32, np.random.default_rng(step))
        assert all(shift % 4 == 0 for shift in moved.shift)
        low = Box(*(side // 4 for side in (moved.box.x0, moved.box.y0, moved.box.x1, moved.box.y1)))
        _, fine = cut(material, 2, moved, moved.box)
        _, coarse = cut(
            material, 0, type(moved)(moved.place, moved.source, tuple(s // 4 for s in moved.shift), low), low
        )
        assert torch.equal(torch.nn.functional.max_pool2d(fine[None], 4)[0], coarse)


def test_a_finer_level_is_given_the_picture_of_the_one_below():
    material = shot(halvings=1, size=(96, 128))
    networks = [painter(0), painter(1)]
    box = Box(8, 8, 40, 40)

    def look(level: int, part: Box) -> torch.Tensor:
        return see(material.levels[level].crop(0, part))

    with torch.no_grad():
        x = inputs(networks, 1, [look], [box])
    assert x.shape == (1, 7, 32, 32)
    visible = x[0, 3] > 0
    assert torch.corrcoef(torch.stack([x[0, 0][visible], x[0, 4][visible]]))[0, 1] > 0.9


def test_a_fine_level_s_loss_trains_that_level_alone():
    made = recipe(shot(halvings=1, size=(96, 128)), level=1)
    made.loss(made.sample_batch(0).tensors, 0).backward()
    assert all(weight.grad is None for weight in made._networks[0].parameters())
    assert any((weight.grad != 0).any() for weight in made.network.parameters())


def test_where_nothing_can_be_held_out_the_fit_is_judged_by_what_it_saw():
    made = recipe(shot(), held={})
    first = made.validate(made.network)
    assert 0 < first < 60
    assert made.validate(made.network) == first
    assert made.held.trust(made.network).expected == (0.1, 0.1)  # confidence 0


def test_pixels_are_held_out_on_frames_that_have_a_hole():
    material = shot()
    for place in (0, 1, 3, 4, 5):
        material.holes[0].pop(place)
    assert list(choose_holdout(material, 0)) == [2]
