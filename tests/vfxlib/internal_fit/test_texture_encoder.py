import pytest
import torch

from tests.vfxlib.internal_fit.shots import shot
from vfxlib.errors import WeightsError
from vfxlib.internal_fit.texture_encoder import open_encoder
from vfxlib.io.weights import write_weights

PICTURE = torch.rand(1, 3, 48, 64, generator=torch.Generator().manual_seed(0))


@pytest.fixture(autouse=True)
def _few_patches(monkeypatch):
    monkeypatch.setattr("vfxlib.nets.encoder.PATCHES", 64)


def features(seed: int = 0, hidden: float = 0.0) -> torch.Tensor:
    return open_encoder(shot(hidden=hidden), 0, "", seed)(PICTURE)


def test_without_a_file_the_features_are_those_of_the_shot_and_follow_from_the_seed():
    assert torch.equal(features(), features())
    assert not torch.equal(features(), features(seed=1))


def test_what_the_matte_hides_does_not_change_the_features():
    assert torch.equal(features(), features(hidden=9.0))


def test_a_file_of_another_network_is_refused(tmp_path):
    write_weights(tmp_path / "a.safetensors", {"conv.weight": torch.zeros(3)}, {})
    with pytest.raises(WeightsError, match="not VGG-19"):
        open_encoder(shot(), 0, str(tmp_path / "a.safetensors"), 0)


def test_a_file_of_what_is_no_number_is_refused_as_that(tmp_path):
    write_weights(tmp_path / "a.safetensors", {"features.0.weight": torch.full((3,), float("nan"))}, {})
    with pytest.raises(WeightsError, match=r"'features\.0\.weight' holds NaN"):
        open_encoder(shot(), 0, str(tmp_path / "a.safetensors"), 0)
