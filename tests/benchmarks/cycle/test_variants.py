"""A variant is trained with what it changes, and judged from its file."""

from dataclasses import replace

import torch

from benchmarks.cycle import variants
from benchmarks.cycle.variants import VARIANTS, read_cycle, train_variant
from nodes.networks import CYCLE
from tests.vfxlib.train.toy import Recorder
from tests.vfxlib.training_ground.scenes import pictures
from vfxlib.pretraining import cycle_objective
from vfxlib.pretraining.pictures import TrainingPictures


def test_a_variant_is_another_network_of_the_same_make(tmp_path, monkeypatch):
    tiny = {"small_settings": {"channels": 4, "blocks": 0}, "small_scene": {"size": (16, 16)}, "small_batch": 2}
    monkeypatch.setattr(variants, "CYCLE", replace(CYCLE, **tiny))
    monkeypatch.setattr(cycle_objective, "HELD_OUT", 1)
    few = TrainingPictures(pictures(side=32), "", "", (), torch.zeros(4))
    monkeypatch.setattr(variants, "scene_pictures", lambda data: few)
    out = tmp_path / "variant.safetensors"
    train_variant(VARIANTS["1 alignment block"], 2, 0, tmp_path / "pack", out, Recorder())
    network = read_cycle(out)
    assert (network.settings.alignments, network.settings.channels) == (1, 4)
    assert not list(tmp_path.glob("*.state.safetensors"))
