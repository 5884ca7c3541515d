"""Without a network, or with another one, nothing begins."""

import pytest

from nodes.processors.sta_net.check import check
from nodes.sta_net import StaNetParams
from tests.untrained_sta import untrained_sta
from vfxlib.errors import UsageError, WeightsError
from vfxlib.io.weights import write_weights


def test_without_weights_it_says_how_to_get_some():
    with pytest.raises(UsageError, match="no trained network") as error:
        check(None, StaNetParams())
    assert "paintout train sta" in error.value.fix


def test_a_file_of_another_network_is_refused(tmp_path):
    path = tmp_path / "other.safetensors"
    write_weights(path, {}, {"network": "painter", "settings": "{}"})
    with pytest.raises(WeightsError, match="holds no STA-Net"):
        check(None, StaNetParams(weights=str(path)))


def test_a_network_passes():
    check(None, StaNetParams(weights=str(untrained_sta())))
