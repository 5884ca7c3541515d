"""The recipe on the demo's shot, from its bundle, by the real engine: stopped, failed and run to its end."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.hostile.place import files_in
from tests.picture_bits import picture_bits
from tests.places import ROOT, SHARED

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
OPENJD = Path(sys.executable).parent / "openjd"
FIRST, LAST = 1001, 1003


@pytest.fixture(scope="module")
def shot(tmp_path_factory):
    """A few frames of the demo in a folder of their own, and the job of the recipe with short fits."""
    folder = tmp_path_factory.mktemp("farm")
    for number in range(FIRST, LAST + 1):
        (folder / "plate").mkdir(exist_ok=True)
        shutil.copy(ROOT / "demo" / "plate" / f"plate.{number}.exr", folder / "plate")
    shutil.copy(ROOT / "demo" / "matte" / f"matte.{FIRST}.exr", folder)
    words = [
        "clean-plate",
        "--plate",
        "plate/plate.####.exr",
        "--key",
        f"{FIRST}=matte.{FIRST}.exr",
        "--iterations",
        "12",
    ]
    paintout(folder, *words, "--device", "cpu", "--out", "plain/clean.####.exr", "--progress", "none")
    paintout(folder, *words, "--out", "out/clean.####.exr", "--save", "job.json")
    paintout(folder, "submit", "job.json", "--to", "openjd", "--bundle", "bundle", "--chunk", "2")
    return folder


def paintout(folder, *words):
    done = subprocess.run(
        [sys.executable, "-m", "plugin", *words], cwd=folder, env=environment(), timeout=200, check=True
    )
    assert done.returncode == 0


def environment():
    path = os.pathsep.join([str(OPENJD.parent), os.environ["PATH"]])
    return {**os.environ, "PATH": path, "PYTHONPATH": str(ROOT)}


def started(folder):
    words = [OPENJD, "run", "bundle/template.yaml", "-p", f"file://{folder}/bundle/parameters.yaml"]
    return subprocess.Popen(
        words, cwd=folder, env=environment(), text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )


def test_a_stop_a_failing_chunk_and_a_run_again_lead_to_the_plain_result(shot):
    state = shot / "out" / "clean.work" / "mask-propagate"
    engine = started(shot)
    for line in engine.stdout:
        if "openjd_status: mask-propagate/fit" in line:
            break
    time.sleep(1)
    engine.send_signal(signal.SIGTERM)
    told, _ = engine.communicate(timeout=100)
    assert engine.returncode != 0, told
    motion = {name: digest for name, digest in files_in(state / "motion").items() if name.endswith(".exr")}
    assert len(motion) == LAST - FIRST + 1

    plate = shot / "plate" / f"plate.{LAST}.exr"
    whole = plate.read_bytes()
    plate.write_bytes(whole[: len(whole) // 2])
    engine = started(shot)
    told, _ = engine.communicate(timeout=200)
    assert engine.returncode == 1, told
    assert plate.name in told

    plate.write_bytes(whole)
    engine = started(shot)
    told, _ = engine.communicate(timeout=200)
    assert engine.returncode == 0, told
    assert picture_bits(shot / "out") == picture_bits(shot / "plain")
    assert {name: digest for name, digest in files_in(state / "motion").items() if name in motion} == motion


@pytest.mark.skipif(not (SHARED / "plates" / "street").is_dir(), reason="the plates of ../shared are not there")
def test_the_recipe_runs_on_a_real_plate_from_one_key(tmp_path):
    street = SHARED / "plates" / "street"
    key = next(path for path in sorted((street / "matte").iterdir()) if "1001" in path.name)
    given = ("--plate", str(street / "plate"), "--key", f"1001={key}", "--matte-channel", "effect.A")
    few = ("--frames", "1001-1002", "--iterations", "2")
    paintout(tmp_path, "clean-plate", *given, *few, "--out", "out/clean.####.exr", "--save", "job.json")
    paintout(tmp_path, "submit", "job.json", "--to", "openjd", "--bundle", "bundle", "--run")
    assert sorted(path.name for path in (tmp_path / "out").glob("*.exr")) == [f"clean.{n}.exr" for n in (1001, 1002)]
    paintout(tmp_path, "status", "job.json")
