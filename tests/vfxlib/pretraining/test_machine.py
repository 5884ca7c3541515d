"""A card names the machine, whatever the system tells of it."""

import pytest
import torch

from vfxlib.pretraining import machine


def test_the_processor_and_its_threads_are_named(tmp_path, monkeypatch):
    (tmp_path / "cpuinfo").write_text("processor\t: 0\nmodel name\t: Old Faithful 9\nmodel name\t: Other\n")
    monkeypatch.setattr(machine, "CPU_INFO", tmp_path / "cpuinfo")
    assert machine.machine_name(torch.device("cpu")) == f"Old Faithful 9, {torch.get_num_threads()} threads"


@pytest.mark.parametrize("words", [None, "nothing of use", "model name"])
def test_where_the_system_tells_nothing_something_is_said(tmp_path, monkeypatch, words):
    if words is not None:
        (tmp_path / "cpuinfo").write_text(words)
    monkeypatch.setattr(machine, "CPU_INFO", tmp_path / "cpuinfo")
    assert machine.machine_name(torch.device("cpu")).endswith(" threads")
    assert not machine.machine_name(torch.device("cpu")).startswith(",")
