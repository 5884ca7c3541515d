"""``paintout train``: the networks that learn before they meet a shot, and the words that make them."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from nodes import networks
from nodes.networks import Training
from plugin.log_file import tell_log
from plugin.options import add_options, add_telling, read_options
from plugin.stops import begin_work
from plugin.train_corrupt import add_train_corrupt
from plugin.train_data import add_train_data
from vfxlib.errors import UsageError
from vfxlib.io.shipped_weights import shipped_words

__all__ = ["add_train", "list_networks", "train"]


def add_train(words: Any, epilog: str) -> None:
    """Add the word to the command, with a word below it for every network and one for the pack.

    words   sub-parsers of the whole command line
    epilog  what stands below the help
    """
    word = words.add_parser(
        "train",
        help="Make the weights of a network, or the pack of pictures that networks learn from.",
        description="Trains a network on made scenes, before it meets a shot. Stopped by SIGTERM or Ctrl-C and started "
        "again with the same words it goes on to the same weights.",
        epilog=epilog,
    )
    word.add_argument("--list", action="store_true", help="What can be trained; trains nothing.")
    word.add_argument("--json", action="store_true", help="With --list: one JSON document.")
    word.set_defaults(call=list_networks, answers=True)
    below = word.add_subparsers(title="what is made", dest="made", metavar="WHAT", parser_class=type(word))
    add_train_data(below, epilog)
    add_train_corrupt(below, epilog)
    for network in networks.NETWORKS:
        own = below.add_parser(network.name, help=network.help, description=network.help, epilog=epilog)
        add_options(own, Training, "training")
        add_telling(own)
        own.set_defaults(call=train, answers=False, network=network)


def list_networks(values: argparse.Namespace) -> int:
    """``paintout train --list``: what can be trained."""
    if not values.list:
        fix = f"--list tells what there is: {', '.join(network.name for network in networks.NETWORKS)}"
        raise UsageError("no network is named", where="paintout train", fix=fix)
    if values.json:
        print(json.dumps([asdict(network) for network in networks.NETWORKS], indent=2, allow_nan=False))
        return 0
    for network in networks.NETWORKS:
        print(f"{network.name:16} {network.help}")
        print(f"  {'after':14} {network.paper}")
        ships = shipped_words(network.ships) if network.ships else "nothing: no weights of it come with Paintout"
        print(f"  {'ships as':14} {ships}")
    return 0


def train(values: argparse.Namespace) -> int:
    """``paintout train NETWORK``: its weights, on made scenes."""
    if values.list or values.json:
        raise UsageError("a network is named, and a list is asked for", where="--list", fix="give one of them")
    network, given = values.network, read_options(Training, values)

    from nodes.engine.training import train as train_network
    from vfxlib.progress import open_progress

    begin_work()
    progress = open_progress(values.progress, log=tell_log)
    trained = train_network(network, given, progress)
    for path in trained.files:
        progress.message(f"{network.name}: {path}")
    figures = "; ".join(f"{name} {value:.4g}" for name, value in trained.figures.items())
    progress.message(f"{network.name}, on scenes that it was not trained on: {figures}")
    return 0
