"""Weights come back with their bits, or not at all."""

import contextlib
import os
import subprocess
import sys

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save_file
from torch import nn

from vfxlib.errors import OutputError, WeightsError
from vfxlib.io.weights import AGAIN, load_weights, read_weights, write_weights

ABOUT = {"network": "base", "settings": '{"width": 0.5}', "käse": "é"}


def tensors():
    generator = torch.Generator().manual_seed(1)
    return {
        "conv.weight": torch.randn((8, 4, 3, 3), generator=generator).to(memory_format=torch.channels_last),
        "half": torch.randn(5, generator=generator).to(torch.bfloat16),
        "count": torch.arange(3),
        "one": torch.zeros(()),
        "none": torch.zeros((0, 3)),
        "a": torch.full((2,), float("nan")),
    }


@pytest.fixture
def path(tmp_path):
    return tmp_path / "deep" / "net.safetensors"


def test_tensors_come_back_with_their_bits(path):
    given_tensors = tensors()
    digest = write_weights(path, given_tensors, ABOUT)
    back = read_weights(path)
    assert dict(back.about) == ABOUT
    assert back.digest == digest
    assert back.tensors.keys() == given_tensors.keys()
    for name, tensor in given_tensors.items():
        assert back.tensors[name].dtype == tensor.dtype
        assert back.tensors[name].equal(tensor) or name == "a"


def test_a_folder_may_have_any_name(tmp_path):
    path = tmp_path / os.fsdecode(b"caf\xff") / "net.safetensors"
    assert write_weights(path, tensors(), ABOUT) == read_weights(path).digest


def test_the_same_weights_give_the_same_file_in_every_process(path):
    write_weights(path, tensors(), ABOUT)
    code = (
        "import sys; from pathlib import Path; from tests.vfxlib.io.test_weights import *;"
        "write_weights(Path(sys.argv[1]), dict(reversed(tensors().items())), dict(reversed(ABOUT.items())))"
    )
    other = path.with_name("other.safetensors")
    subprocess.run([sys.executable, "-c", code, str(other)], check=True, timeout=120)
    assert other.read_bytes() == path.read_bytes()


def test_shared_memory_and_parts_of_it_are_written(path):
    whole = torch.arange(12.0)
    write_weights(path, {"whole": whole, "part": whole[3:7], "turned": whole.view(3, 4).T}, {})
    assert read_weights(path).tensors["turned"].equal(whole.view(3, 4).T)


def test_what_was_read_does_not_hang_on_the_file(path):
    write_weights(path, tensors(), {})
    read = read_weights(path)
    before = read.tensors["count"].clone()
    with open(path, "r+b") as file:
        file.truncate(10)
    assert read.tensors["count"].equal(before)


def test_somebody_elses_file_is_read_and_says_nothing(tmp_path):
    path = tmp_path / "vgg.safetensors"
    save_file({"features.0.weight": torch.ones(3)}, path)
    read = read_weights(path)
    assert read.about == {}
    assert len(read.digest) == 64


def test_a_changed_bit_is_noticed(path):
    write_weights(path, tensors(), ABOUT)
    data = bytearray(path.read_bytes())
    data[-1] ^= 1
    path.write_bytes(data)
    with pytest.raises(WeightsError, match="checksum"):
        read_weights(path)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_damaged_file_is_an_error_and_never_a_crash(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "net.safetensors"
    write_weights(path, tensors(), ABOUT)
    whole = path.read_bytes()
    if data.draw(st.booleans()):
        path.write_bytes(whole[: data.draw(st.integers(0, len(whole) - 1))])
    else:
        changed = bytearray(whole)
        changed[data.draw(st.integers(0, len(whole) - 1))] ^= data.draw(st.integers(1, 255))
        path.write_bytes(changed)
    with contextlib.suppress(WeightsError):  # what it says about itself is not under the checksum
        assert read_weights(path).tensors.keys() == tensors().keys()


@pytest.mark.parametrize("legacy", [False, True])
@pytest.mark.parametrize("name", ["net.pth", "net.safetensors"])
def test_a_pickle_is_refused_and_the_way_to_convert_it_is_said(tmp_path, name, legacy):
    path = tmp_path / name
    torch.save({"a": torch.zeros(3)}, path, _use_new_zipfile_serialization=not legacy)
    with pytest.raises(WeightsError, match="pickle") as caught:
        read_weights(path)
    assert "save_file" in caught.value.fix


@pytest.mark.parametrize("data", [b"", b"{", b"not weights at all", b"\xff" * 100, b"\x89PNG\r\n\x1a\n" * 9])
def test_any_other_file_is_an_error(tmp_path, data):
    path = tmp_path / "net.safetensors"
    path.write_bytes(data)
    with pytest.raises(WeightsError, match="no safetensors file"):
        read_weights(path)


def test_a_missing_file_and_a_folder_are_errors(tmp_path):
    with pytest.raises(WeightsError, match="cannot be read"):
        read_weights(tmp_path / "nothing.safetensors")
    with pytest.raises(WeightsError, match="cannot be read"):
        read_weights(tmp_path)


def test_a_place_that_cannot_be_written_is_an_error(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutputError):
        write_weights(tmp_path / "file" / "net.safetensors", tensors(), {})


def test_a_network_takes_the_weights_of_its_like(tmp_path):
    one, other = nn.Conv2d(3, 4, 3), nn.Conv2d(3, 4, 3)
    load_weights(other, one.state_dict(), tmp_path / "a.safetensors")
    assert all(torch.equal(a, b) for a, b in zip(one.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("other", [nn.Conv2d(3, 5, 3), nn.Conv2d(3, 4, 3, bias=False), nn.Linear(3, 4)])
def test_weights_of_another_network_are_refused_by_file(other, tmp_path):
    with pytest.raises(WeightsError, match="another network") as caught:
        load_weights(nn.Conv2d(3, 4, 3), other.state_dict(), tmp_path / "a.safetensors")
    assert str(tmp_path) in str(caught.value)
    assert caught.value.fix == AGAIN
