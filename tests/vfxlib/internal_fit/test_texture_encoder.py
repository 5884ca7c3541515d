import pytest
import torch

from tests.vfxlib.internal_fit.shots import shot
from vfxlib.errors import WeightsError
from vfxlib.internal_fit.texture_encoder import open_encoder
from vfxlib.io.weights import write_weights
from vfxlib.nets.encoder import ShotEncoder


def test_without_a_file_the_features_are_those_of_the_shot_and_follow_from_the_seed():
    picture = torch.rand(1, 3, 48, 64, generator=torch.Generator().manual_seed(0))
    one, same, other = (open_encoder(shot(), 0, "", seed)(picture) for seed in (0, 0, 1))
    assert torch.equal(one, same)
    assert not torch.equal(one, other)
    assert isinstance(open_encoder(shot(), 0, "", 0), ShotEncoder)


def test_what_the_matte_hides_does_not_change_the_features():
    picture = torch.rand(1, 3, 48, 64, generator=torch.Generator().manual_seed(0))
    assert torch.equal(
        open_encoder(shot(hidden=0.0), 0, "", 0)(picture), open_encoder(shot(hidden=9.0), 0, "", 0)(picture)
    )


def test_a_file_of_another_network_is_refused(tmp_path):
    write_weights(tmp_path / "a.safetensors", {"conv.weight": torch.zeros(3)}, {})
    with pytest.raises(WeightsError, match="not VGG-19"):
        open_encoder(shot(), 0, str(tmp_path / "a.safetensors"), 0)
