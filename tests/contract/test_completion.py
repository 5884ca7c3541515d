"""Motion completed by a network keeps the contract: chunks and threads change no bit, other weights make it anew."""

import shutil

import numpy as np
import pytest

from plugin.cli import main
from tests.contract.conftest import FLOW, HEIGHT, Shot, background, matte_at, same, write
from tests.vfxlib.flow_completion.made import write_flow_weights
from vfxlib.io.exr import read_channels

FRAMES = range(1001, 1006)
STEP = "flow-inpaint/complete"


@pytest.fixture(scope="module")
def parallax(tmp_path_factory):
    """A shot whose lower half moves faster than its upper half, its motion measured."""
    shot = Shot(tmp_path_factory.mktemp("parallax"), FLOW)
    for place, number in enumerate(FRAMES):
        near = np.arange(HEIGHT)[:, None, None] > 50
        picture = np.where(near, background(3.5 * place, seed=2), background(1.0 * place))
        shot.write_plate(number, np.clip(picture, 0, 4).astype(np.float16))
        write(shot.folder / "matte" / f"matte.{number}.exr", {"A": matte_at(place).astype(np.float16)})
    job = str(shot.folder / "job.json")
    assert shot.run("--save", job) == 0
    for step in ("motion", "register", "complete"):
        assert main(["run", job, "--step", f"flow-inpaint/{step}", "--progress", "none"]) == 0
    return shot


def completed(shot, folder, weights, completion, chunks=("1001-1005",), more=()):
    """The completed motion of every frame, made chunk by chunk of what the shot has measured."""
    work, job = folder / "work", str(folder / "job.json")
    for step in ("motion", "register"):
        shutil.copytree(shot.work / "flow-inpaint" / step, work / "flow-inpaint" / step, dirs_exist_ok=True)
    asked = ("--completion", completion, "--flow-weights", str(weights), "--work", str(work), *more)
    assert shot.run(*asked, "--save", job, out=str(folder / "clean.####.exr")) == 0
    for frames in chunks:
        assert main(["run", job, "--step", STEP, "--frames", frames, "--progress", "none"]) == 0
    return read_motion(work)


def read_motion(work):
    return [read_channels(work / f"{STEP}/complete.{number}.exr", number) for number in FRAMES]


@pytest.mark.parametrize("completion", ["learned", "auto"])
def test_chunks_and_threads_give_the_same_motion(parallax, tmp_path, completion):
    weights = write_flow_weights(tmp_path / "flow.safetensors")
    whole = completed(parallax, tmp_path / "whole", weights, completion, more=("--threads", "3"))
    parts = completed(parallax, tmp_path / "parts", weights, completion, ("1004-1005", "1001", "1002-1003"))
    assert all(same(one, other) for one, other in zip(whole, parts, strict=True))
    if completion == "learned":
        carried = read_motion(parallax.work)
        assert not any(same(one, other) for one, other in zip(whole, carried, strict=True))


def test_learned_motion_needs_no_file_for_its_network_ships(parallax, tmp_path):
    made = completed(parallax, tmp_path, "shipped", "learned")
    assert not any(same(one, other) for one, other in zip(made, read_motion(parallax.work), strict=True))


def test_other_weights_under_the_same_name_make_it_anew(parallax, tmp_path):
    weights, path = tmp_path / "flow.safetensors", tmp_path / "work" / STEP / "complete.1003.exr"
    completed(parallax, tmp_path, write_flow_weights(weights), "learned")
    before = path.stat().st_mtime_ns
    completed(parallax, tmp_path, weights, "learned", ("1003",))
    assert path.stat().st_mtime_ns == before
    completed(parallax, tmp_path, write_flow_weights(weights, 0.05), "learned", ("1003",))
    assert path.stat().st_mtime_ns > before
