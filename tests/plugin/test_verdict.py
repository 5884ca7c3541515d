"""The words of the verdict: few, and such that an artist knows what to do; programs get one document."""

import json
from pathlib import Path

import pytest

from nodes.engine.verdict import give_verdict
from nodes.flow_inpaint import FlowInpaintParams
from nodes.internal_fit import InternalFitParams
from nodes.node import Sources
from nodes.shot import Output
from plugin.cli import main
from plugin.verdict import verdict_lines
from tests.nodes.engine.test_verdict import make
from vfxlib.inputs.shot import open_shot
from vfxlib.io.images import read_image_header
from vfxlib.progress import open_progress

STANDING, MOVING = dict.fromkeys(range(1001, 1005), 30), {n: 5 + 15 * (n - 1001) for n in range(1001, 1006)}


def words(folder: Path, *more: str) -> list[str]:
    return ["check", "--plate", str(folder / "plate"), "--matte", str(folder / "matte"), *more]


def node_words(folder: Path, *more: str) -> list[str]:
    return ["flow-inpaint", *words(folder)[1:], "--out", str(folder / "out/clean.####.exr"), *more]


def lines(capsys: pytest.CaptureFixture[str]) -> list[str]:
    told = capsys.readouterr()
    assert told.err == ""
    return told.out.splitlines()


def test_a_poor_shot_says_which_frames_to_paint_and_how(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words(make(tmp_path, STANDING))) == 0
    said = lines(capsys)
    assert said[0].startswith("verdict   poor: other frames show 0 % of what must go")
    assert said[1] == "frames    1001-1004"
    assert said[2] == "worst     1001 (0 %), 1002 (0 %), 1003 (0 %), 1004 (0 %)"
    assert said[3] == "paint     these frames by hand: 1003; with them 100 % is shown (--paint FRAME=FILE)"
    assert len(said) == 4


def test_a_good_shot_takes_two_lines(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words(make(tmp_path, MOVING))) == 0
    said = lines(capsys)
    assert said[0] == ("verdict   good: other frames show 100 % of what must go  (good from 75 %, marginal from 50 %)")
    assert said[1:] == ["frames    1001-1005"]


def test_a_shot_of_one_frame_says_that_all_will_be_painted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(words(make(tmp_path, {1001: 30}))) == 0
    assert lines(capsys) == ["verdict   poor: no other frame exists: 0 %, everything will be painted"]


def test_late_mattes_are_a_note(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make(tmp_path, {n: 4 + 7 * n for n in range(1, 11)})
    mattes = {n: (folder / f"matte/matte.{n}.exr").read_bytes() for n in range(1, 10)}
    for number, content in mattes.items():
        (folder / f"matte/matte.{number + 1}.exr").write_bytes(content)
    assert main(words(folder, "--frames", "2-10")) == 0
    note = "note      the matte seems to be one frame late: the next frame's fits each frame better"
    assert lines(capsys)[-1] == note
    assert main(words(folder, "--frames", "2-10", "--json")) == 0
    assert json.loads(capsys.readouterr().out)["matte_offset"]["frames"] == 1


def test_no_line_is_long_whatever_the_shot(tmp_path: Path) -> None:
    scattered = {n * n: 30 for n in range(1, 12)}
    folder = make(tmp_path, scattered)
    shot = open_shot(plate=str(folder / "plate"), matte=str(folder / "matte"), frames=tuple(scattered))
    found = give_verdict(shot, Sources(reach=2, cuts=tuple(scattered)[1::2]), Output(), open_progress("none"))
    for params in (FlowInpaintParams(), InternalFitParams()):
        said = verdict_lines(found, params)
        assert 3 <= len(said) <= 8
        assert max(map(len, said)) < 120
    assert "--paint" not in "".join(verdict_lines(found, InternalFitParams()))


def test_programs_get_one_document_and_people_a_picture(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make(tmp_path, STANDING)
    assert main(words(folder, "--json", "--heat-map", str(tmp_path / "look"))) == 0
    told = capsys.readouterr()
    assert told.err == ""
    found = json.loads(told.out)
    assert found["verdict"] == "poor"
    assert found["paint"] == [{"frame": 1003, "share_then": 1.0}]
    assert [each["frame"] for each in found["with_matte"]] == list(STANDING)
    assert found["heat_map"] == str(tmp_path / "look/heat_map.png")
    assert read_image_header(tmp_path / "look/heat_map.png").display.width == 1920


def test_a_job_file_says_the_same_as_its_command_would(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make(tmp_path, MOVING)
    assert main(node_words(folder, "--reach", "1", "--frames", "1001-1003", "--save", str(folder / "job.json"))) == 0
    capsys.readouterr()
    assert main(["check", str(folder / "job.json"), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["reach"], found["frames"]) == (1, "1001-1003")
    assert main(["check", str(folder / "job.json")]) == 0
    said = lines(capsys)
    assert said[1] == "frames    1001-1003, 1 to either side of each are searched"
    for dry in (["run", str(folder / "job.json"), "--dry-run"], node_words(folder, "--reach", "1", "--dry-run")):
        assert main(dry) == 0
        shown = lines(capsys)
        assert any(line.startswith("flow-inpaint/render") for line in shown)
        assert any(line.startswith("verdict   ") for line in shown)
    assert not (folder / "out").exists()


@pytest.mark.parametrize("node", ["internal-fit", "flow-inpaint"])
def test_a_dry_run_of_every_node_that_fills_has_a_verdict(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], node: str
) -> None:
    assert main([node, *node_words(make(tmp_path, STANDING))[1:], "--dry-run"]) == 0
    assert "verdict   poor: " in capsys.readouterr().out


def test_of_keys_alone_there_is_no_verdict_yet(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make(tmp_path, MOVING)
    keyed = ["--plate", str(folder / "plate"), "--key", f"1001={folder / 'matte/matte.1001.exr'}"]
    assert main(["check", *keyed]) == 0
    assert lines(capsys) == ["verdict   none: only keys are given; mattes are made from them first, and judged then"]
    assert main(["check", *keyed, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["verdict"] is None
    out = ["--out", str(folder / "out/m.####.exr")]
    assert main(["mask-propagate", *keyed, *out, "--dry-run"]) == 0
    assert "verdict" not in capsys.readouterr().out


def test_a_job_that_fills_nothing_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = make(tmp_path, MOVING)
    keyed = ["--plate", str(folder / "plate"), "--key", f"1001={folder / 'matte/matte.1001.exr'}"]
    out = ["--out", str(folder / "out/m.####.exr"), "--save", str(folder / "job.json")]
    assert main(["mask-propagate", *keyed, *out]) == 0
    capsys.readouterr()
    assert main(["check", str(folder / "job.json")]) == 0
    assert lines(capsys) == ["verdict   none: the job fills nothing"]
