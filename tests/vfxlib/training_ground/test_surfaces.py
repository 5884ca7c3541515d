import pytest
import torch

from vfxlib.training_ground.surfaces import SURFACES, draw_surface


@pytest.mark.parametrize("kind", SURFACES)
def test_a_surface_follows_from_its_seed_and_has_something_to_see(kind):
    one, same, other = (draw_surface(kind, 96, seed) for seed in (1, 1, 2))
    assert one.shape == (3, 96, 96)
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert one.min() >= 0
    assert one.max() <= 1
    assert one.std() > 0.02
    assert one.diff(dim=-1).abs().mean() > 0.002
