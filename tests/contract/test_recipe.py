"""The recipe keeps the contract of its nodes: from one key to a result whose plate nobody has touched."""

import json
import shutil

import numpy as np
import pytest

from plugin.cli import main
from tests.contract.conftest import RECIPE, Shot, bits, same

FRAMES = (1001, 1002)


@pytest.fixture(scope="module")
def recipe(tmp_path_factory) -> Shot:
    """A shot that the recipe has made from the first frame's key; read it, do not change it."""
    shot = Shot(tmp_path_factory.mktemp("recipe"), RECIPE).make(FRAMES)
    path = shot.folder / "job.json"
    assert shot.run("--keep-layers", "--save", str(path)) == 0
    job = json.loads(path.read_text())
    job["nodes"][2]["params"]["width"] = 0.25  # a network that is quickly fitted
    path.write_text(json.dumps(job))
    assert main(["run", str(path), "--progress", "none"]) == 0
    return shot


def test_outside_the_matte_the_plate_has_its_bits(recipe):
    for number in FRAMES:
        result, plate = recipe.result(number), recipe.original(number)
        outside = result.channels["matte.A"] == 0
        assert not outside.all()
        for name in ("R", "G", "B", "A", "depth.Z"):
            assert np.array_equal(bits(result.channels[name])[outside], bits(plate.channels[name])[outside])
        assert all(np.isfinite(result.channels[name][~outside]).all() for name in "RGB")


def test_a_key_is_carried_and_the_rest_is_solved_at_the_working_size(recipe):
    nodes = json.loads((recipe.work / "job.json").read_text())["nodes"]
    assert [(each["node"], each.get("working_size", 0)) for each in nodes] == [
        ("mask-propagate", 0),
        ("flow-inpaint", 64),
        ("internal-fit", 64),
        ("residual-hires", 0),
    ]
    assert not (recipe.work / "residual-hires" / "motion").exists(), "flow-inpaint's motion serves both"


def test_neither_memory_nor_threads_nor_pieces_change_a_bit_of_what_follows_the_fits(recipe, tmp_path):
    shot = Shot(tmp_path / "again", RECIPE)
    shutil.copytree(recipe.folder, shot.folder)
    for number in FRAMES:
        (shot.folder / "out" / f"clean.{number}.exr").unlink()
    for step in ("flow-inpaint/render", "internal-fit/render", "residual-hires/anchors"):
        shutil.rmtree(shot.work / step)
    job = json.loads((shot.work / "job.json").read_text())
    job["output"].update(memory=1.0, threads=1)
    (shot.work / "job.json").write_text(json.dumps(job))
    for step in ("flow-inpaint/render", "internal-fit/render", "residual-hires/anchors", "residual-hires/render"):
        for frames in ("1002", "1001"):
            words = ["run", shot.job(), "--step", step, "--frames", frames, "--progress", "none"]
            assert main(words) == 0
    assert all(same(shot.result(number), recipe.result(number)) for number in FRAMES)
    assert main(["status", shot.job()]) == 0
