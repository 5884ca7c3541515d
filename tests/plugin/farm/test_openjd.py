"""Open Job Description: the bundle is what its own library and command take, and its result is the plain one."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from nodes import NODES
from nodes.declare import FrameFiles, Text, controls
from tests.hostile.place import files_in
from tests.hostile.ready import wait_until
from tests.picture_bits import picture_bits
from tests.places import ROOT

OPENJD = Path(sys.executable).parent / "openjd"


def submitted(place, *more):
    assert place.main("submit", "job.json", "--to", "openjd", "--bundle", "farm", *more) == 0
    return yaml.safe_load((place.folder / "farm" / "template.yaml").read_text())


def openjd(place, *words):
    """The engine's own command run on the bundle."""
    bundle = place.folder / "farm"
    words = ("run", str(bundle / "template.yaml"), "-p", f"file://{bundle / 'parameters.yaml'}", *words)
    env = {**os.environ, "PATH": os.pathsep.join([str(OPENJD.parent), os.environ["PATH"]])}
    return subprocess.run([OPENJD, *words], cwd=place.folder, env=env, capture_output=True, text=True, timeout=200)


def test_the_template_has_a_step_for_each_of_ours_in_their_order(place):
    made = submitted(place, "--chunk", "2")
    steps = {step["name"].split("/")[1]: step for step in made["steps"]}
    assert list(steps) == ["motion", "register", "complete", "paint", "render"]
    assert [each["dependsOn"] for each in steps["complete"]["dependencies"]] == [
        "flow-inpaint/motion",
        "flow-inpaint/register",
    ]
    assert "parameterSpace" not in steps["register"]
    (frames,) = steps["render"]["parameterSpace"]["taskParameterDefinitions"]
    assert frames["range"] == "1-3"
    assert frames["chunks"]["rangeConstraint"] == "CONTIGUOUS"
    run = steps["render"]["script"]["actions"]["onRun"]
    assert run["args"][:7] == [
        "run",
        "{{Param.JobFile}}",
        "--step",
        "flow-inpaint/render",
        "--patience",
        "20",
        "--frames={{Task.Param.Frame}}",
    ]
    assert run["cancelation"] == {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": 30}


def test_every_parameter_of_a_node_is_one_of_the_job_with_its_limits(place):
    definitions = {each["name"]: each for each in submitted(place)["parameterDefinitions"]}
    node = next(node for node in NODES if node.name == "flow-inpaint")
    for name, control in controls(node.params).items():
        if isinstance(control, FrameFiles) or (isinstance(control, Text) and (not control.default or control.ships)):
            continue
        spelt = "FlowInpaint" + "".join(part.capitalize() for part in name.split("_"))
        assert definitions[spelt]["description"] == control.help
        assert definitions[spelt]["userInterface"]["label"] == control.label
    assert definitions["FlowInpaintReach"]["minValue"] == 1
    assert definitions["FlowInpaintFindCuts"]["allowedValues"] == ["auto", "off"]


def test_paths_are_parameters_that_a_farm_can_map_and_given_beside_the_template(place):
    made = submitted(place)
    given = yaml.safe_load((place.folder / "farm" / "parameters.yaml").read_text())
    assert given == {
        "ShotPlate": str(place.folder / "plate" / "plate.####.exr"),
        "ShotMatte": str(place.folder / "matte" / "matte.####.exr"),
        "OutputOut": str(place.folder / "out" / "clean.####.exr"),
        "OutputWork": str(place.folder / "out" / "clean.work"),
    }
    flows = {each["name"]: each.get("dataFlow") for each in made["parameterDefinitions"] if each["type"] == "PATH"}
    # the name of a sequence is no file that could be copied
    assert flows == {
        "JobFile": "IN",
        "ShotPlate": "NONE",
        "ShotMatte": "NONE",
        "OutputOut": "NONE",
        "OutputWork": "OUT",
    }


@pytest.mark.slow
def test_the_engine_runs_it_in_chunks_to_the_same_bits_and_goes_on_after_a_failure(place):
    assert place.run(out="plain/clean.####.exr") == 0
    submitted(place, "--chunk", "2")
    plate = place.folder / "plate" / "plate.0003.exr"
    whole = plate.read_bytes()
    plate.write_bytes(whole[:1000])
    failed = openjd(place)
    assert failed.returncode == 1, failed.stdout
    assert "plate.0003.exr" in failed.stdout
    assert not (place.folder / "out" / "clean.0001.exr").exists()
    before = files_in(place.folder / "out")
    plate.write_bytes(whole)
    done = openjd(place)
    assert done.returncode == 0, done.stdout
    assert "openjd_progress: 100.0" in done.stdout
    assert "openjd_status: flow-inpaint/render" in done.stdout
    assert picture_bits(place.folder / "out") == picture_bits(place.folder / "plain")
    after = files_in(place.folder / "out")
    motion = [name for name in before if "/motion/" in name and name.endswith(".exr")]
    assert motion
    assert {name: after[name] for name in motion} == {name: before[name] for name in motion}


@pytest.mark.slow
def test_a_stop_of_a_run_here_stops_the_engine_and_its_task(place):
    words = ("submit", "job.json", "--to", "openjd", "--bundle", "farm", "--run")
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    told = place.folder / "told.txt"
    with told.open("w") as stream:
        started = subprocess.Popen(
            [sys.executable, "-m", "plugin", *words], cwd=place.folder, env=env, stdout=stream, stderr=stream
        )
        wait_until(lambda: "openjd_status: flow-inpaint/motion" in told.read_text(), "the first task")
        started.terminate()
        assert started.wait(timeout=60) == 75, told.read_text()
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(place.folder) not in running


@pytest.mark.slow
def test_a_value_that_is_changed_on_the_farm_reaches_every_task(place):
    assert place.run("--grow", "3", out="plain/clean.####.exr") == 0
    submitted(place)
    done = openjd(place, "-p", "FlowInpaintGrow=3", "-p", f"OutputOut={place.folder}/grown/clean.####.exr")
    assert done.returncode == 0, done.stdout
    assert picture_bits(place.folder / "grown") == picture_bits(place.folder / "plain")


def test_a_bundle_replaces_a_bundle_and_nothing_else(place, capsys):
    submitted(place)
    submitted(place, "--chunk", "1")
    for name, theirs, says in (("other", "shot.nk", "holds shot.nk"), ("saved", "job.json", "holds job.json")):
        (place.folder / name).mkdir()
        (place.folder / name / theirs).write_text("theirs")
        assert place.main("submit", "job.json", "--to", "openjd", "--bundle", name) == 2
        assert says in capsys.readouterr().err
        assert [path.read_text() for path in (place.folder / name).iterdir()] == ["theirs"]


def test_the_job_that_is_submitted_is_never_replaced_by_its_bundle(place, capsys):
    submitted(place)
    before = files_in(place.folder / "farm")
    assert place.main("submit", "farm/job.json", "--to", "openjd", "--bundle", "farm") == 2
    assert "is the job that is submitted" in capsys.readouterr().err
    assert files_in(place.folder / "farm") == before


def test_without_the_engine_s_library_it_says_how_to_get_it(place, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "openjd.model", None)
    assert place.main("submit", "job.json", "--to", "openjd", "--bundle", "farm") == 2
    assert "pip install 'paintout[openjd]'" in capsys.readouterr().err
    assert not (place.folder / "farm").exists()
