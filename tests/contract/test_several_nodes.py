"""A job of several nodes is an ordinary job: parameters apart, every result reachable, the same commands."""

import json

import numpy as np
import pytest

from nodes import MORE
from plugin.cli import main
from tests.contract.conftest import BORDER, MASK, Shot, matte_at, same
from vfxlib.io.exr import read_channels

FRAMES = (1001, 1002, 1003)
FIT = {"iterations": 3, "quality": "draft"}


@pytest.fixture(scope="module")
def job(tmp_path_factory):
    """A key becomes mattes, the mattes are filled plainly, and a network paints what that one is not sure of."""
    folder = tmp_path_factory.mktemp("several")
    shot = Shot(folder, MASK).make(FRAMES)
    nodes = [
        {"node": "mask-propagate", "params": {**FIT, "soften": 1.0}},
        {"node": "border-mean", "params": {"grow": 3.0}},
        {"node": "internal-fit", "params": {**FIT, "quality": "best", "width": 0.34, "soften": 5.0, "grain": 0.0}},
        {"node": "border-mean", "params": {"width": 9.0}},
    ]
    told = {
        "paintout": 1,
        "shot": {"plate": shot.plate, "key": {"1001": str(folder / "matte" / "matte.1001.exr")}},
        "nodes": nodes,
        "output": {"out": str(folder / "out" / "clean.####.exr"), "device": "cpu"},
    }
    (folder / "job.json").write_text(json.dumps(told))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MORE, BORDER.studio)
        assert main(["run", str(folder / "job.json"), "--progress", "none"]) == 0
        yield folder / "job.json"


def result(job, name, number):
    return read_channels(job.parent / "out" / "clean.work" / name / "render" / f"render.{number}.exr", number)


def test_every_node_leaves_its_result_under_its_own_name(job):
    for number in FRAMES:
        for name in ("mask-propagate", "border-mean", "internal-fit"):
            assert (result(job, name, number).channels["matte.A"] > 0).any()
        last = read_channels(job.parent / "out" / f"clean.{number}.exr", number)
        assert np.isfinite(last.channels["fill.R"]).all()
    work = job.parent / "out" / "clean.work"
    assert not list((work / "border-mean-2" / "render").glob("*.exr")), "the last node's result is the job's"


def test_every_node_has_its_own_value_of_a_parameter_that_others_have_too(job):
    grown, plain = (
        result(job, name, 1001).channels["matte.A"].astype(np.float32) > 0 for name in ("border-mean", "internal-fit")
    )
    assert grown.sum() > plain.sum() > (matte_at(0) > 0.5).sum()
    saved = json.loads((job.parent / "out" / "clean.work" / "job.json").read_text())
    params = [node["params"] for node in saved["nodes"]]
    assert [params[i]["soften"] for i in (0, 2)] == [1.0, 5.0]
    assert [params[i]["quality"] for i in (0, 2)] == ["draft", "best"]
    assert [params[i]["grow"] for i in range(4)] == [0.0, 3.0, 0.0, 0.0]
    assert [params[i]["width"] for i in (1, 2, 3)] == [4.0, 0.34, 9.0]


def test_status_and_a_part_of_the_job_go_by_the_nodes_names(job, capsys):
    saved = str(job.parent / "out" / "clean.work" / "job.json")
    assert main(["status", saved, "--json"]) == 0
    steps = json.loads(capsys.readouterr().out)["steps"]
    assert [step["step"] for step in steps if step["step"].endswith("/render")] == [
        "mask-propagate/render",
        "border-mean/render",
        "internal-fit/render",
        "border-mean-2/render",
    ]
    before = result(job, "internal-fit", 1002)
    (job.parent / "out" / "clean.work" / "internal-fit" / "render" / "render.1002.exr").unlink()
    assert main(["status", saved]) == 1
    assert "internal-fit/render missing: 1002" in capsys.readouterr().out
    assert main(["run", saved, "--step", "internal-fit/render", "--frames", "1002", "--progress", "none"]) == 0
    assert same(before, result(job, "internal-fit", 1002))
    assert main(["status", saved]) == 0
