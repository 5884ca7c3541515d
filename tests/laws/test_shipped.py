"""Weights that ship are those of a declared network, small, and each with its card and its curve."""

import pytest

from nodes import NODES
from nodes.declare import Text, controls
from nodes.internal_fit import InternalFitParams, shipped_fits
from nodes.networks import NETWORKS, PAINTER
from nodes.processors.internal_fit.fit import network_settings
from nodes.processors.internal_fit.start import start_file
from vfxlib.internal_fit.weights import start_from
from vfxlib.io.shipped_weights import FOLDER, shipped_digest
from vfxlib.io.weights import read_weights
from vfxlib.nets.painter import open_painter

SHIPPED = [network for network in NETWORKS if network.ships]
MOST_BYTES = 25_000_000  # of all together: whoever installs Paintout fetches them


def test_the_folder_holds_what_networks_say_that_ships_and_nothing_else():
    stems = {network.ships.removesuffix(".safetensors") for network in SHIPPED}
    assert {path.name for path in FOLDER.iterdir()} == {
        f"{stem}.{end}" for stem in stems for end in ("safetensors", "md", "png")
    }
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < MOST_BYTES


@pytest.mark.parametrize("network", SHIPPED, ids=lambda network: network.name)
def test_the_card_beside_the_weights_is_theirs(network):
    path = FOLDER / network.ships
    weights, card = read_weights(path), path.with_suffix(".md").read_text()
    assert weights.digest == shipped_digest(network.ships)
    assert weights.digest in card


def test_a_parameter_takes_shipped_only_where_something_ships():
    files = {control.ships for node in NODES for control in controls(node.params).values() if isinstance(control, Text)}
    assert files - {""} <= {network.ships for network in SHIPPED}


def test_a_fit_by_default_can_begin_with_the_painter_that_ships():
    params = InternalFitParams(start="shipped").to_mapping()
    assert shipped_fits(params["network"], params["width"])
    start = start_file(params)
    assert start == FOLDER / PAINTER.ships
    start_from(open_painter(network_settings(params, 0), seed=0), start)
    assert start_file(InternalFitParams(start="shipped", width=1.0).to_mapping()) is None
    assert start_file(InternalFitParams(start="none").to_mapping()) is None
