"""Networks that are trained beforehand are declared as nodes are: explained, and named by string."""

import importlib.util
import json
from dataclasses import asdict

import pytest

from nodes.networks import NETWORKS, PACK, Training
from vfxlib.errors import UsageError


@pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network.name)
def test_a_network_says_what_it_is_for_where_it_is_from_and_what_it_cannot_do(network):
    assert network.help.endswith(".")
    assert network.paper
    assert network.limits
    assert all(each.endswith(".") for each in network.limits)
    assert network.batch >= network.small_batch >= 1
    json.dumps(asdict(network), allow_nan=False)


@pytest.mark.parametrize("words", [*(n.objective for n in NETWORKS), *(n.sampler for n in NETWORKS), PACK])
def test_what_is_named_by_string_is_a_module_and_a_name_in_it(words):
    module, name = words.split(":")
    assert name.isidentifier()
    if importlib.util.find_spec(module.rpartition(".")[0]) is not None:
        assert hasattr(importlib.import_module(module), name)


def test_names_of_networks_differ():
    assert len({network.name for network in NETWORKS}) == len(NETWORKS)


def test_what_a_training_is_given_has_limits():
    with pytest.raises(UsageError):
        Training(steps=-1)
    with pytest.raises(UsageError):
        Training(minutes=float("nan"))


@pytest.mark.parametrize("network", NETWORKS, ids=lambda each: each.name)
def test_a_processor_trains_what_differs_there_and_a_gpu_what_is_written(network):
    small = network.on("cpu")
    assert network.on("cuda") is network
    assert small.settings == {**network.settings, **network.small_settings}
    assert small.scene == {**network.scene, **network.small_scene}
    assert (small.batch, small.rate) == (network.small_batch, network.small_rate or network.rate)
