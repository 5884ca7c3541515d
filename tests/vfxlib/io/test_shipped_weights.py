"""Weights that come with Paintout are named by their SHA-256 without torch; what is damaged is said to be."""

import subprocess
import sys

import pytest
import torch

import vfxlib.io.shipped_weights as shipped
from tests.places import ROOT
from vfxlib.errors import WeightsError
from vfxlib.io.shipped_weights import shipped_digest, shipped_file, shipped_words
from vfxlib.io.weights import write_weights


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setattr(shipped, "FOLDER", tmp_path)
    return tmp_path


def test_the_digest_is_that_of_the_weights(folder):
    digest = write_weights(folder / "a.safetensors", {"w": torch.ones(3)}, {"network": "painter"})
    assert shipped_file("a.safetensors") == folder / "a.safetensors"
    assert shipped_digest("a.safetensors") == digest
    assert shipped_words("a.safetensors") == f"a.safetensors {digest}"


@pytest.mark.parametrize(
    "content", [None, b"", b"\x00" * 64, b"\xff" * 64, b"\x02\0\0\0\0\0\0\0{}", b"\x02\0\0\0\0\0\0\0[]"], ids=repr
)
def test_one_that_is_missing_or_damaged_is_named_with_what_to_do(folder, content):
    if content is not None:
        (folder / "a.safetensors").write_bytes(content)
    with pytest.raises(WeightsError) as caught:
        shipped_digest("a.safetensors")
    assert str(folder / "a.safetensors") in str(caught.value)
    assert "install Paintout again" in str(caught.value)
    assert "--start none" in str(caught.value)
    assert shipped_words("a.safetensors").startswith("a.safetensors ")


def test_what_tells_of_them_loads_no_torch():
    code = "import sys, plugin.version; plugin.version.versions(); print('torch' in sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    assert run.stdout.strip() == "False"
