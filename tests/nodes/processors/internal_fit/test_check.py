"""Weights that are given are looked at before any work, used or not."""

from pathlib import Path

import pytest
import torch

from nodes.internal_fit import InternalFitParams
from nodes.processors.internal_fit.check import check
from nodes.processors.internal_fit.fit import network_settings
from vfxlib.errors import WeightsError
from vfxlib.internal_fit.holdout import ErrorCalibration
from vfxlib.internal_fit.weights import write_level
from vfxlib.io.weights import write_weights
from vfxlib.nets.painter import open_painter
from vfxlib.train.normalise import Normalisation


def fitted(path: Path, **params: object) -> str:
    """Weights of the network that these parameters ask for."""
    settings = network_settings(InternalFitParams(**params).to_mapping(), 0)
    colours, calibration = Normalisation((0.4, 0.4, 0.4), 0.1), ErrorCalibration((0.0, 0.1), (0.01, 0.08))
    write_level(path, open_painter(settings, 0).state_dict(), settings, colours, calibration, {})
    return str(path)


def test_weights_of_the_network_that_is_asked_for_are_fine(tmp_path):
    check(None, InternalFitParams(start=fitted(tmp_path / "a.safetensors", width=0.25), width=0.25))
    check(None, InternalFitParams())


def test_weights_of_another_network_are_refused(tmp_path):
    with pytest.raises(WeightsError, match=r"another network \(width 0\.25; wanted width 0\.5\)"):
        check(None, InternalFitParams(start=fitted(tmp_path / "a.safetensors", width=0.25)))


@pytest.mark.parametrize("ambiguity", [0.0, 0.1])
def test_an_encoder_that_is_none_is_refused_used_or_not(tmp_path, ambiguity):
    write_weights(tmp_path / "a.safetensors", {"a": torch.zeros(1)}, {})
    with pytest.raises(WeightsError, match="is not VGG-19"):
        check(None, InternalFitParams(encoder=str(tmp_path / "a.safetensors"), ambiguity=ambiguity))
    (tmp_path / "junk").write_text("junk")
    with pytest.raises(WeightsError, match="junk"):
        check(None, InternalFitParams(encoder=str(tmp_path / "junk"), ambiguity=ambiguity))
