"""A training leaves weights, card and curve; stopped and started again it comes to the same bits."""

import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, replace

import pytest
import torch

import nodes.engine.training as training
from nodes.engine.training import train
from nodes.networks import NETWORKS, Training
from tests.places import ROOT
from tests.vfxlib.train.toy import Recorder
from vfxlib.errors import DeviceError, OutputError, UsageError, WeightsError
from vfxlib.io.weights import read_weights, write_weights

MADE = "tests.vfxlib.pretraining.made_scene"
SMALL = replace(
    NETWORKS[0],
    sampler=f"{MADE}:MadeScenes",
    scenes=f"{MADE}:MadeSettings",
    scene={"size": 12, "frames": 3, "hole": 5},
    settings={"channels": 6, "blocks": 1, "steps": 2},
)


@pytest.fixture(autouse=True, scope="module")
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


def given(folder, **more):
    return Training(**{"out": str(folder / "flow.safetensors"), "steps": 6, "device": "cpu", **more})


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@pytest.fixture(scope="module")
def finished(tmp_path_factory, one_thread):
    """A training that is done: what it left, what it said, and where."""
    folder, said = tmp_path_factory.mktemp("finished"), Recorder()
    return train(SMALL, given(folder), said), said, folder


def test_it_leaves_weights_their_card_and_the_curve(finished):
    trained, said, tmp_path = finished
    assert names(tmp_path) == ["flow.md", "flow.png", "flow.safetensors"]
    assert sorted(path.name for path in trained.files) == names(tmp_path)
    weights = read_weights(tmp_path / "flow.safetensors")
    assert weights.about["network"] == "flow-refinement"
    card = (tmp_path / "flow.md").read_text()
    assert weights.digest in card
    assert "paintout train flow-refinement --out flow.safetensors --steps 6 --device cpu" in card
    assert f"{trained.figures['learned, px']:.4g}" in card
    assert (tmp_path / "flow.png").read_bytes().startswith(b"\x89PNG")
    assert (said.ticks[-1].done, said.ticks[-1].total) == (6, 6)


def test_weights_that_are_no_better_than_what_needs_none_say_so(tmp_path):
    said = Recorder()
    train(replace(SMALL, rate=1e-9), given(tmp_path, steps=1), said)
    worse = "It is no better than"
    assert worse in (tmp_path / "flow.md").read_text()
    assert any(worse in words for words in said.said)


def test_the_same_words_give_the_same_weights_and_another_seed_others(finished, tmp_path):
    digests = [read_weights(finished[2] / "flow.safetensors").digest]
    for name, seed in (("b", 0), ("c", 1)):
        train(SMALL, given(tmp_path / name, seed=seed), Recorder())
        digests.append(read_weights(tmp_path / name / "flow.safetensors").digest)
    assert digests[0] == digests[1] != digests[2]


def test_it_begins_with_the_weights_that_it_is_given(finished, tmp_path):
    start = finished[2] / "flow.safetensors"
    train(SMALL, given(tmp_path / "b", start=str(start), steps=1), Recorder())
    card = (tmp_path / "b" / "flow.md").read_text()
    assert read_weights(start).digest in card
    columns = [figures(folder / "flow.md") for folder in (finished[2], tmp_path / "b")]
    assert columns[0][1] == columns[1][0]  # begins where that one ended


def figures(card):
    """What a card says of learned motion: at the start, and trained."""
    row = next(line for line in card.read_text().splitlines() if line.startswith("| learned"))
    return [cell.strip() for cell in row.split("|")[2:4]]


@dataclass(frozen=True)
class Row:
    package: str
    version: str
    file: str
    licence: str
    author: str
    crops: int


class Pack:
    """As ``vfxlib.training_pack`` reads it."""

    rows = (
        Row("nice-photos", "1.2", "sea.jpg", "CC0", "A. Sailor", 2),
        Row("nice-photos", "1.2", "hill.jpg", "CC0", "A. Sailor", 1),
        Row("textures", "3", "wall.jpg", "GPL-2+", "B. Mason", 4),
    )
    digest = "ab" * 32

    def light(self):
        return torch.ones(7, 3, 4, 4)

    def origin(self):
        return torch.arange(7) // 3


def read_pack(path):
    assert path.name == "pictures.safetensors"
    return Pack()


def test_a_pack_s_sources_and_licences_stand_in_the_card(tmp_path, monkeypatch):
    monkeypatch.setattr(training, "PACK", f"{__name__}:read_pack")
    train(SMALL, given(tmp_path, steps=1, data="somewhere/pictures.safetensors"), Recorder())
    card = (tmp_path / "flow.md").read_text()
    assert "| nice-photos 1.2 | 3 | CC0 | A. Sailor |" in card
    assert "| textures 3 | 4 | GPL-2+ | B. Mason |" in card
    assert "pictures in pictures.safetensors" in card
    assert "ab" * 32 in card
    assert "somewhere" not in card


def test_minutes_end_it(tmp_path):
    train(SMALL, given(tmp_path, steps=0, minutes=0.01), Recorder())
    assert "its minutes are over" in (tmp_path / "flow.md").read_text()


@pytest.mark.parametrize(
    ("more", "error", "says"),
    [
        ({"out": ""}, UsageError, "nothing says where"),
        ({"out": "flow.pt"}, UsageError, "no name for a file of weights"),
        ({"out": "flow.state.safetensors"}, UsageError, "no name for a file of weights"),
        ({"minutes": 1.0}, UsageError, "by steps or by minutes"),
        ({"device": "cuda:7"}, DeviceError, "cuda:7"),
        ({"start": "nowhere.safetensors"}, WeightsError, "cannot be read"),
    ],
    ids=lambda value: str(value)[:30],
)
def test_what_cannot_be_used_is_refused_before_any_work(tmp_path, monkeypatch, more, error, says):
    monkeypatch.chdir(tmp_path)
    said = Recorder()
    with pytest.raises(error, match=says):
        train(SMALL, given(tmp_path, **more), said)
    assert not said.ticks
    assert not names(tmp_path)


@pytest.mark.parametrize("name", ["flow.safetensors", "flow.md", "flow.png"])
def test_what_somebody_has_there_is_not_written_over(tmp_path, name):
    (tmp_path / name).write_text("mine")
    with pytest.raises(OutputError, match="is there already"):
        train(SMALL, given(tmp_path), Recorder())
    assert (tmp_path / name).read_text() == "mine"
    assert names(tmp_path) == [name]


def test_weights_of_another_shape_are_refused_with_what_differs(finished, tmp_path):
    wider = replace(SMALL, settings={**SMALL.settings, "channels": 8})
    with pytest.raises(WeightsError, match="channels 6, wanted 8"):
        train(wider, given(tmp_path, start=str(finished[2] / "flow.safetensors")), Recorder())


def test_weights_that_say_the_right_shape_and_have_another_are_refused(finished, tmp_path):
    own = read_weights(finished[2] / "flow.safetensors")
    wrong = {name: tensor[..., :1].clone() for name, tensor in own.tensors.items()}
    write_weights(tmp_path / "wrong.safetensors", wrong, own.about)
    with pytest.raises(WeightsError, match="another network"):
        train(SMALL, given(tmp_path, start=str(tmp_path / "wrong.safetensors")), Recorder())


def test_weights_of_another_kind_of_network_are_refused(tmp_path):
    write_weights(tmp_path / "x.safetensors", {"w": torch.zeros(1)}, {"network": "painter", "settings": "{}"})
    with pytest.raises(WeightsError, match="holds no flow-refinement"):
        train(SMALL, given(tmp_path, start=str(tmp_path / "x.safetensors")), Recorder())


def test_a_finished_training_that_wrote_its_weights_and_was_killed_then_writes_the_rest(tmp_path, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(training, "write_card", killed)
        with pytest.raises(KeyboardInterrupt):
            train(SMALL, given(tmp_path), Recorder())
    assert "flow.safetensors" in names(tmp_path)
    before = (tmp_path / "flow.safetensors").read_bytes()
    train(SMALL, given(tmp_path), Recorder())
    assert names(tmp_path) == ["flow.md", "flow.png", "flow.safetensors"]
    assert (tmp_path / "flow.safetensors").read_bytes() == before


PROGRAM = """
import sys
from tests.nodes.engine.test_training import MADE, SMALL
import nodes.networks
nodes.networks.NETWORKS = (SMALL,)
import torch; torch.set_num_threads(1)
for name in sys.argv[1].split(","):
    sys.modules[name] = None
from plugin.cli import main
sys.exit(main(sys.argv[2:]))
"""


def program(folder, blocked, *words):
    command = [sys.executable, "-c", PROGRAM, blocked, "train", "flow-refinement", *words]
    return [*command, "--out", str(folder / "flow.safetensors"), "--device", "cpu"]


def test_stopped_by_sigterm_it_goes_on_to_the_same_bits(tmp_path):
    train(SMALL, given(tmp_path / "whole", steps=14), Recorder())
    folder = tmp_path / "cut"
    command = program(folder, "unheard", "--steps", "14", "--progress", "json")
    with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True, env={**os.environ}) as run:
        for line in run.stderr:
            if '"done": 0' not in line and '"unit": "step"' in line:
                break  # at work, and some steps are done
        run.send_signal(signal.SIGTERM)
        began = time.monotonic()
        run.communicate(timeout=60)
        assert run.returncode == 75
        assert time.monotonic() - began < 20
    assert names(folder) == ["flow.state.safetensors"]
    train(SMALL, given(folder, steps=14), Recorder())
    assert (folder / "flow.safetensors").read_bytes() == (tmp_path / "whole" / "flow.safetensors").read_bytes()


def test_it_needs_torch_numpy_and_safetensors_alone(tmp_path):
    blocked = "cv2,OpenEXR,OpenImageIO,av,PyOpenColorIO,scipy,PIL,tqdm,jinja2,markupsafe,hypothesis"
    words = ("--steps", "2")
    code = program(tmp_path, blocked, *words)
    code[2] = code[2].replace("from tests.nodes.engine.test_training import MADE, SMALL", LIGHT)
    run = subprocess.run(code, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert run.returncode == 0, run.stderr
    assert names(tmp_path) == ["flow.md", "flow.safetensors"]
    assert "Pillow is not installed" in run.stderr


# what the tests themselves import (pytest, and with it more) must not be taken for what a training needs
LIGHT = f"""
from dataclasses import replace
from nodes.networks import NETWORKS
SMALL = replace(NETWORKS[0], sampler="{MADE}:MadeScenes", scenes="{MADE}:MadeSettings",
                scene={{"size": 12, "frames": 3, "hole": 5}}, settings={{"channels": 6, "blocks": 1, "steps": 2}})
"""
