import subprocess
import sys

import pytest
import torch

from tests.places import ROOT
from vfxlib.errors import WeightsError
from vfxlib.io.weights import write_weights
from vfxlib.training_ground.light import BRIGHTEST, display_to_light
from vfxlib.training_pack.pack import PackRow, is_pack, read_pack, write_pack

ROWS = (PackRow("a", "1", "one.png", "MIT", "Ada", 2), PackRow("b", "2", "two.png", "GPL-2+", "Bob | Eve", 1))
PICTURES = torch.arange(3 * 3 * 8 * 8, dtype=torch.int64).remainder(256).to(torch.uint8).reshape(3, 3, 8, 8)


@pytest.fixture
def pack(tmp_path):
    write_pack(tmp_path / "pack.safetensors", PICTURES, ROWS, {})
    return tmp_path / "pack.safetensors"


def test_a_pack_comes_back_as_it_was_written(pack):
    read = read_pack(pack)
    assert torch.equal(read.pictures, PICTURES)
    assert read.rows == ROWS
    assert read.origin().tolist() == [0, 0, 1]
    assert is_pack(pack)


def test_a_pack_s_light_is_scene_linear_with_highlights(pack):
    light = read_pack(pack).light()
    assert light.dtype == torch.float16
    assert torch.allclose(light.float(), display_to_light(PICTURES / 255.0), rtol=2e-3, atol=1e-3)
    assert 1 < light.max() <= BRIGHTEST


def test_a_pack_that_is_damaged_or_something_else_is_refused(pack, tmp_path):
    cut = tmp_path / "cut.safetensors"
    cut.write_bytes(pack.read_bytes()[:-100])
    with pytest.raises(WeightsError, match="damaged"):
        read_pack(cut)
    other = tmp_path / "other.safetensors"
    write_weights(other, {"pictures": PICTURES}, {"kind": "weights"})
    with pytest.raises(WeightsError, match="holds no training pack"):
        read_pack(other)
    assert not is_pack(other)
    with pytest.raises(WeightsError, match="cannot be read"):
        read_pack(tmp_path / "none.safetensors")


@pytest.mark.parametrize(
    ("pictures", "table", "problem"),
    [
        (PICTURES.float(), "[]", "holds no pictures"),
        (PICTURES[:0], "[]", "holds no pictures"),
        (PICTURES[0], "[]", "holds no pictures"),
        (PICTURES, "", "does not say where"),
        (PICTURES, "{", "does not say where"),
        (PICTURES, "7", "does not say where"),
        (PICTURES, '[{"package": "a"}]', "does not say where"),
        (PICTURES, "[[1]]", "does not say where"),
        (PICTURES, "[]", "does not say of every picture"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path, pictures, table, problem):
    write_weights(tmp_path / "p.safetensors", {"pictures": pictures}, {"kind": "training-pack", "table": table})
    with pytest.raises(WeightsError, match=problem) as caught:
        read_pack(tmp_path / "p.safetensors")
    assert "train data" in caught.value.fix


def test_torch_numpy_and_safetensors_are_enough_to_read_a_pack_and_draw_scenes(pack):
    code = f"""
import sys
for name in ("cv2", "OpenEXR", "OpenImageIO", "PyOpenColorIO", "av", "PIL", "scipy", "jinja2", "tqdm"):
    sys.modules[name] = None
from pathlib import Path
import torch
from vfxlib.training_ground.sampler import SceneSampler
from vfxlib.training_ground.settings import SceneSettings
from vfxlib.training_pack.pack import read_pack
light = read_pack(Path({str(pack)!r})).light()
clip = SceneSampler(light, SceneSettings(size=(16, 16), frames=2, batch=1), torch.device("cpu"), 0).draw(0)
print(tuple(clip.frames.shape))
"""
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert run.stdout.strip() == "(1, 2, 3, 16, 16)", run.stderr
