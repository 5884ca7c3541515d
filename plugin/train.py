"""``paintout train``: the networks that learn before they meet a shot, and the word that makes one."""

import argparse
import json
from dataclasses import asdict
from typing import Any

from nodes.networks import NETWORKS, Training, network_named
from plugin.log_file import tell_log
from plugin.options import add_options, given_values, read_options
from plugin.stops import begin_work
from plugin.train_data import DATA, train_data
from vfxlib.errors import UsageError

__all__ = ["add_train", "train"]


def add_train(words: Any, epilog: str) -> None:
    """Add the word to the command.

    words   sub-parsers of the whole command line
    epilog  what stands below the help
    """
    word = words.add_parser(
        "train",
        help="Make the weights of a network, or the pack of pictures that it learns from.",
        description="Trains a network on made scenes, before it meets a shot; `train data` makes the pack of free pictures "
        "and textures that scenes are made of, from packages of Debian, which apt fetches, and of surfaces made by rule, "
        "with a table of sources, licences and authors. Stopped by SIGTERM or Ctrl-C and started again with the same "
        "words it goes on to the same result.",
        epilog=epilog,
    )
    word.add_argument("network", metavar="NETWORK", nargs="?", help="What is trained, or `data`; --list tells.")
    word.add_argument("--list", action="store_true", help="What can be trained; trains nothing.")
    word.add_argument("--json", action="store_true", help="With --list: one JSON document.")
    word.add_argument("--small", action="store_true", help="With `data`: a pack below 40 MB, of smaller pictures.")
    add_options(word, Training, "training")
    word.add_argument(
        "--progress", choices=("auto", "bar", "plain", "json", "none"), default="auto", help="How to tell it. [auto]"
    )
    word.add_argument("--log", metavar="FILE", help="Write what happens to a file as well.")
    word.set_defaults(call=train, answers=False)


def train(values: argparse.Namespace) -> int:
    """``paintout train``: a network, on made scenes."""
    if values.list:
        if values.network is not None:
            raise UsageError("all networks are listed", where=f"--list {values.network}", fix="give one of them")
        return _list(values.json)
    if values.json:
        raise UsageError("is for --list", where="--json", fix="give --list as well, or --progress json")
    if values.network is None:
        raise UsageError("no network is named", where="paintout train", fix="--list tells what there is")
    if values.network == DATA:
        return _data(values)
    if values.small:
        raise UsageError("is for the pack", where="--small", fix=f"give it with: paintout train {DATA}")
    network, given = network_named(values.network), read_options(Training, values)

    from nodes.engine.training import train as train_network
    from vfxlib.progress import open_progress

    begin_work()
    progress = open_progress(values.progress, log=tell_log)
    trained = train_network(network, given, progress)
    for path in trained.files:
        progress.message(f"{network.name}: {path}")
    progress.message(f"{network.name}: " + ", ".join(f"{name} {value:.4g}" for name, value in trained.figures.items()))
    return 0


def _data(values: argparse.Namespace) -> int:
    strange = sorted(given_values(Training, values).keys() - {"out"})
    if strange:
        raise UsageError("is for networks", where=f"--{strange[0]}", fix=f"leave it out of: paintout train {DATA}")
    return train_data(values.out or "", values.small, values.progress)


def _list(as_json: bool) -> int:
    if as_json:
        print(json.dumps([asdict(network) for network in NETWORKS], indent=2, allow_nan=False))
        return 0
    for network in NETWORKS:
        print(f"{network.name:16} {network.help}")
        print(f"  {'after':14} {network.paper}")
        print(f"  {'ships as':14} {network.ships or 'nothing: no weights come with Paintout'}")
    return 0
