"""Status and farm, asked of the real command."""

import json

import pytest


@pytest.fixture
def node(script):
    return script.make("flow-inpaint", script.plate, script.matte, reach=1)


def test_status_says_what_is_not_run_and_runs_nothing(script, nuke, node):
    script.press(node, "status")
    script.wait(node, "not run v001")
    assert nuke._said == []
    assert not (script.file.parent / "paintout" / node.name() / "v001").exists()


def test_what_cannot_be_run_is_told_and_the_label_stays(script, nuke, node):
    script.place.folder.joinpath("plate/plate.0002.exr").unlink()
    script.press(node, "status")
    nuke._pump(lambda: nuke._said)
    assert "plate" in nuke._said.pop()
    assert node["label"].value() == ""


def test_submit_writes_what_the_farm_takes_and_says_where(script, nuke, node):
    pytest.importorskip("openjd.model", reason="the library of openjd is not installed")
    script.press(node, "submit")
    script.wait(node, "written for the farm")
    (said,) = nuke._said
    bundle = script.file.parent / "paintout" / node.name() / f"{node.name()}.farm" / "v001"
    assert str(bundle) in said
    assert (bundle / "template.yaml").is_file()
    job = json.loads((bundle / "job.json").read_text())
    assert job["shot"]["frames"] == "1-3"
    assert job["nodes"][0]["params"]["reach"] == 1


def test_each_view_of_a_stereo_shot_is_a_bundle(script, nuke, node):
    nuke.root()._views = ("left", "right")
    node["paintout_engine"].setValue("deadline")
    script.press(node, "submit")
    script.wait(node, "written for the farm")
    folder = script.file.parent / "paintout" / node.name()
    for view in ("left", "right"):
        assert (folder / f"{node.name()}_{view}.farm" / "v001" / "submit.py").is_file()


def test_a_command_that_tells_no_status_is_an_error_and_the_label_stays(script, nuke, node, monkeypatch):
    monkeypatch.setattr("plugin.launch.call", lambda command, words, seconds=0: "nonsense")
    script.press(node, "status")
    assert node["label"].value() == "asking"
    script.press(node, "status")
    assert "asked already" in nuke._said.pop()
    nuke._pump(lambda: nuke._said)
    assert "told no status" in nuke._said.pop()
    assert node["label"].value() == ""
