"""A training refuses what it cannot use before any work, and writes over nothing of anybody."""

import importlib.util
import os
from dataclasses import replace

import pytest
import torch

from nodes import networks
from tests.hostile.place import Case, Place, cases, try_case
from vfxlib.io.weights import write_weights

TRAIN = ["train", "flow-refinement", "--device", "cpu", "--steps", "3", "--progress", "none"]


def train(*words: str, out: str = "w.safetensors"):
    """A training's command line."""
    return lambda place: [*TRAIN, "--out", out, *words]


def file(name: str, data: bytes, *words: str):
    """A training beside a file of somebody's."""

    def make(place: Place) -> list[str]:
        (place.folder / name).write_bytes(data)
        return train(*words)(place)

    return make


def weights(about: dict, *words: str):
    """A training that is to begin with a file of weights."""

    def make(place: Place) -> list[str]:
        write_weights(place.folder / "start.safetensors", {"w": torch.zeros(2)}, about)
        return train("--start", "start.safetensors", *words)(place)

    return make


def cut_off(place: Place) -> list[str]:
    path = place.folder / "start.safetensors"
    write_weights(path, {"w": torch.zeros(400)}, {"network": "flow-refinement", "settings": "{}"})
    path.write_bytes(path.read_bytes()[:-99])
    return train("--start", "start.safetensors")(place)


def folder_in_the_way(place: Place) -> list[str]:
    (place.folder / "w.safetensors").mkdir()
    return train()(place)


def link_in_the_way(place: Place) -> list[str]:
    (place.folder / "w.md").symlink_to("plate/plate.0001.exr")
    return train()(place)


def pipe(place: Place) -> list[str]:
    os.mkfifo(place.folder / "start.safetensors")
    return train("--start", "start.safetensors")(place)


KIND = {"network": "flow-refinement"}
TABLE = [
    Case("a network that is none", lambda place: ["train", "painter-of-all", "--out", "w.safetensors"], 2, changes=()),
    Case("a name of a megabyte", lambda place: ["train", "x" * 10**6, "--out", "w.safetensors"], 2, changes=()),
    Case("an output that is a plate", train(out="plate/plate.0001.exr"), 2, ("--out",), changes=()),
    Case("an output with NUL in its name", train(out="w\0.safetensors"), 2, changes=()),
    Case("an output below a file", train(out="plate/plate.0001.exr/w.safetensors"), 2, changes=()),
    Case("somebody's weights at the output", file("w.safetensors", b"mine"), 2, ("is there already",), changes=()),
    Case("somebody's notes beside it", file("w.md", b"# notes"), 2, ("w.md",), changes=()),
    Case("somebody's picture beside it", file("w.png", b"me"), 2, ("w.png",), changes=()),
    Case("somebody's file for the checkpoint", file("w.state.safetensors", b"{}"), 2, ("w.state",), changes=()),
    Case("a folder at the output", folder_in_the_way, 2, ("is there already",), changes=()),
    Case("a link laid where the card goes", link_in_the_way, 2, ("is there already",), changes=()),
    Case("weights that are not there", train("--start", "no.safetensors"), 2, ("no.safetensors",), changes=()),
    Case("weights that are a folder", train("--start", "plate"), 2, ("plate",), changes=()),
    Case("weights that are a pipe", pipe, 2, ("start.safetensors",), changes=()),
    Case("weights that are a plate", train("--start", "plate/plate.0001.exr"), 2, ("plate.0001.exr",), changes=()),
    Case("weights cut off", cut_off, 2, ("start.safetensors",), changes=()),
    Case("a pickle", file("s.pt", b"\x80\x04evil", "--start", "s.pt"), 2, ("pickle",), changes=()),
    Case("weights of another network", weights({"network": "painter", "settings": "{}"}), 2, changes=()),
    Case("weights that say nothing of themselves", weights({}), 2, changes=()),
    Case("weights of impossible settings", weights({**KIND, "settings": '{"channels": 99999}'}), 2, changes=()),
    Case("weights whose settings are no JSON", weights({**KIND, "settings": "{{"}), 2, changes=()),
    Case("weights whose settings are lists in lists", weights({**KIND, "settings": "[" * 9999}), 2, changes=()),
    Case("weights of another shape", weights({**KIND, "settings": '{"channels": 8}'}), 2, ("channels 8",), changes=()),
    Case("steps and minutes", train("--minutes", "3"), 2, ("one of them",), changes=()),
    Case("no time at all", train("--minutes", "-1"), 2, ("--minutes",), changes=()),
    Case("minutes that are no number", train("--minutes", "nan"), 2, ("--minutes",), changes=()),
    Case("a device that is none", train("--device", "abacus"), 2, ("abacus",), changes=()),
    Case("a seed below 0", train("--seed", "-4"), 2, ("--seed",), changes=()),
]


def pack(data: bytes | None):
    """A training on a pack that is none."""

    def make(place: Place) -> list[str]:
        if data is not None:
            (place.folder / "pack.safetensors").write_bytes(data)
        return train("--data", "pack.safetensors")(place)

    return make


def weights_for_a_pack(place: Place) -> list[str]:
    write_weights(place.folder / "pack.safetensors", {"w": torch.zeros(2)}, KIND)
    return train("--data", "pack.safetensors")(place)


PACKS = [
    Case("a pack that is not there", pack(None), 2, ("pack.safetensors",), changes=()),
    Case("an empty pack", pack(b""), 2, ("pack.safetensors",), changes=()),
    Case("a pack that is noise", pack(bytes(range(256)) * 9), 2, ("pack.safetensors",), changes=()),
    Case("a pack that is a folder", train("--data", "plate"), 2, ("plate",), changes=()),
    Case("a pack that is a plate", train("--data", "plate/plate.0001.exr"), 2, ("plate.0001.exr",), changes=()),
    Case("weights in place of a pack", weights_for_a_pack, 2, ("no training pack",), changes=()),
]
if importlib.util.find_spec("vfxlib.training_pack") is not None:
    TABLE += PACKS


@pytest.fixture(autouse=True)
def _made_scenes(monkeypatch):
    """The scenes of the tests, which cost nothing."""
    made = "tests.vfxlib.pretraining.made_scene"
    small = {"scene": {"size": 12, "frames": 3, "hole": 5}, "settings": {"channels": 6, "blocks": 1, "steps": 1}}
    quick = replace(networks.NETWORKS[0], sampler=f"{made}:MadeScenes", scenes=f"{made}:MadeSettings", **small)
    monkeypatch.setattr(networks, "NETWORKS", (quick,))


@cases(TABLE)
def test_what_no_training_can_use_is_refused_before_any_work(case, tmp_path, capsys):
    place = try_case(case, tmp_path, capsys)
    assert not list(place.folder.glob("*.state.old.safetensors"))
