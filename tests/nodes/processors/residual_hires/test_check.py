"""The network by which references are compared: asked for, it must be given; given, it is one."""

import pytest

from nodes.processors.residual_hires.check import check, network_path
from nodes.residual_hires import RESIDUAL_HIRES, ResidualHiresParams
from vfxlib.errors import UsageError, WeightsError


def test_a_network_is_taken_where_one_is_given_unless_patches_are_asked_for():
    assert network_path(ResidualHiresParams()) == ""
    assert network_path(ResidualHiresParams(weights="a")) == "a"
    assert network_path(ResidualHiresParams(weights="a", attention="patches")) == ""


def test_a_network_that_is_asked_for_must_be_given():
    with pytest.raises(UsageError, match="no network"):
        network_path(ResidualHiresParams(attention="network"))


def test_weights_are_looked_at_whoever_takes_them(tmp_path):
    class Shot:
        frames = ()

    path = tmp_path / "none.safetensors"
    with pytest.raises(WeightsError):
        check(Shot(), ResidualHiresParams(weights=str(path), attention="patches"))


def test_weights_beside_patches_are_said_to_change_nothing_here():
    idle = RESIDUAL_HIRES.without_effect(ResidualHiresParams(weights="a", attention="patches"), ())
    assert "weights" in idle
    assert not RESIDUAL_HIRES.without_effect(ResidualHiresParams(weights="a"), ())
