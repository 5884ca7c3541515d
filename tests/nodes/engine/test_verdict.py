"""The verdict of small shots of which it is known what other frames show."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from nodes.engine import verdict as engine
from nodes.engine.open_job import open_job
from nodes.engine.verdict import Verdict, filling_node, give_verdict, mattes_to_come
from nodes.flow_inpaint import FlowInpaintParams
from nodes.job import Job, JobNode
from nodes.node import Node, Sources
from nodes.shot import Output, Shot
from tests.exr import write
from tests.vfxlib.motion.scenes import texture
from vfxlib.errors import MatteError, PictureError
from vfxlib.inputs.shot import OpenShot, open_shot
from vfxlib.progress import Progress, Tick, open_progress

WIDTH, HEIGHT = 96, 64
QUIET = open_progress("none")


def make(folder: Path, places: dict[int, int], *, pan: int = 0, size: int = 20) -> Path:
    """A plate and a square that must go, at such a column of each frame; a flat bright thing lies under it."""
    wide = np.repeat(texture(HEIGHT, WIDTH + 200, 4)[..., None], 3, axis=2)
    for order, (number, column) in enumerate(places.items()):
        picture = wide[:, pan * order : pan * order + WIDTH].copy()
        matte = np.zeros((HEIGHT, WIDTH), np.float16)
        matte[20:40, column : column + size] = 1
        picture[matte > 0] = 0.95
        halves = {letter: picture[..., i].astype(np.float16) for i, letter in enumerate("RGB")}
        write(folder / f"plate/plate.{number}.exr", halves, (WIDTH, HEIGHT))
        write(folder / f"matte/matte.{number}.exr", {"A": matte}, (WIDTH, HEIGHT), colorInteropID="")
    return folder


def opened(folder: Path) -> OpenShot:
    return open_shot(plate=str(folder / "plate"), matte=str(folder / "matte"))


def judged(folder: Path, sources: Sources | None = None) -> Verdict:
    return give_verdict(opened(folder), sources or Sources(), Output(), QUIET)


def job(folder: Path, *nodes: Node, **shot: object) -> Job:
    given = Shot(plate=str(folder / "plate"), **{"matte": str(folder / "matte"), **shot})
    out = Output(out=str(folder / "out/clean.####.exr"))
    return Job(given, tuple(JobNode(node, node.params()) for node in nodes), out)


def test_a_matte_that_moves_away_is_good_and_one_that_stands_is_poor(tmp_path: Path) -> None:
    moving = judged(make(tmp_path / "moving", {n: 5 + 15 * (n - 1001) for n in range(1001, 1006)}))
    assert moving.word == "good"
    assert moving.share == 1
    assert moving.worst == ()
    assert moving.paint == {}
    standing = judged(make(tmp_path / "standing", dict.fromkeys(range(1001, 1006), 30)))
    assert standing.word == "poor"
    assert standing.share == 0
    assert [each.share for each in standing.worst] == [0] * 5
    assert list(standing.paint.values()) == [pytest.approx(1)]


@pytest.mark.parametrize(("share", "word"), [(0.75, "good"), (0.749, "marginal"), (0.5, "marginal"), (0.499, "poor")])
def test_the_words_begin_where_they_should(share: float, word: str) -> None:
    assert Verdict((1,), (1,), 1, share, (), {}, (), Sources(), None).word == word


def test_reach_cuts_and_painted_frames_are_those_of_the_node(tmp_path: Path) -> None:
    folder = make(tmp_path, {1: 5, 2: 5, 3: 5, 4: 60})
    assert [each.share for each in judged(folder).with_matte] == [1, 1, 1, 1]
    assert [each.share for each in judged(folder, Sources(reach=1)).with_matte] == [0, 0, 1, 1]
    cut = judged(folder, Sources(cuts=(4,)))
    assert cut.cuts == (4,)
    assert cut.share == 0
    assert [each.share for each in judged(folder, Sources(reach=1, painted=(2,))).with_matte] == [1, 1, 1, 1]
    assert [each.share for each in judged(folder, Sources(margin=80.0)).with_matte] == [0] * 4


def test_a_frame_without_a_matte_is_in_no_share(tmp_path: Path) -> None:
    folder = make(tmp_path, {1: 30, 2: 30})
    make(tmp_path, {3: 0}, size=0)
    found = judged(folder)
    assert [each.number for each in found.with_matte] == [1, 2]
    assert found.share == 1, "the empty frame shows what the others hide"


def test_a_single_frame_has_nothing_to_copy_from(tmp_path: Path) -> None:
    found = judged(make(tmp_path, {1001: 30}))
    assert (found.share, found.word, found.frames) == (0, "poor", (1001,))


def test_mattes_a_frame_late_are_told(tmp_path: Path) -> None:
    places = {n: 4 + 7 * n for n in range(1, 10)}
    folder = make(tmp_path / "right", places)
    late = make(tmp_path / "late", {n + 1: at for n, at in places.items()})
    for number in range(2, 10):
        path = folder / f"plate/plate.{number}.exr"
        (late / f"plate/plate.{number}.exr").write_bytes(path.read_bytes())
    shot = open_shot(plate=str(late / "plate"), matte=str(late / "matte"), frames=range(2, 10))
    found = give_verdict(shot, Sources(), Output(), QUIET)
    assert found.offset is not None
    assert found.offset.frames == 1
    assert judged(folder).offset is None


def test_of_a_long_shot_some_frames_are_looked_at_and_the_mattes_beside_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "MOST_FRAMES", 4)
    folder = make(tmp_path, {n: 4 + 7 * n for n in range(1, 10)})
    found = judged(folder, Sources(reach=6, cuts=(6,)))
    assert found.step == 3
    assert found.looked == (1, 4, 7)
    assert found.frames == tuple(range(1, 10))
    assert found.cuts == (7,)
    assert found.to_mapping()["every"] == 3


def test_the_same_is_said_again_and_as_json(tmp_path: Path) -> None:
    folder = make(tmp_path, {n: 5 + 6 * n for n in range(1, 6)}, pan=3)
    first, second = (judged(folder).to_mapping() for _ in range(2))
    assert first == second == json.loads(json.dumps(first, allow_nan=False))
    assert first["with_matte"][0].keys() == {"frame", "hole", "share"}


@pytest.mark.parametrize("whole", [True, False])
def test_mattes_that_a_job_would_refuse_are_refused(tmp_path: Path, whole: bool) -> None:
    folder = make(tmp_path, {1: 0, 2: 0}, size=0)
    if whole:
        for number in (1, 2):
            everything = {"A": np.ones((HEIGHT, WIDTH), np.float16)}
            write(folder / f"matte/matte.{number}.exr", everything, (WIDTH, HEIGHT), colorInteropID="")
    with pytest.raises(MatteError):
        judged(folder)


def test_a_frame_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    folder = make(tmp_path, {1: 5, 2: 40, 3: 60})
    path = folder / "plate/plate.2.exr"
    path.write_bytes(path.read_bytes()[:-900])
    with pytest.raises(PictureError):
        judged(folder)


def test_progress_is_told_only_if_it_takes_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = make(tmp_path, {1: 5, 2: 40, 3: 60})
    ticks: list[Tick] = []
    listener = Progress(ticks.append, lambda words: None)
    give_verdict(opened(folder), Sources(), Output(), listener)
    assert ticks == []
    monkeypatch.setattr(engine, "SILENT", -1.0)
    give_verdict(opened(folder), Sources(), Output(), listener)
    assert [tick.done for tick in ticks] == [0, 1, 2, 3, 4, 5], "of six steps one was done when it began to tell"
    assert {tick.total for tick in ticks} == {5}


def test_the_verdict_of_a_job_is_about_the_node_that_copies(tmp_path: Path) -> None:
    folder = make(tmp_path, {1: 5, 2: 40})
    both = open_job(job(folder, FLOW_INPAINT, INTERNAL_FIT))
    assert filling_node(both) == both.job.nodes[0]
    fit = open_job(job(folder, INTERNAL_FIT))
    assert filling_node(fit) == fit.job.nodes[0]
    assert mattes_to_come(fit, fit.job.nodes[0]) is None


def test_of_keys_nothing_is_said_before_mattes_are_made_from_them(tmp_path: Path) -> None:
    folder = make(tmp_path, {1: 5, 2: 40})
    keyed = job(folder, MASK_PROPAGATE, FLOW_INPAINT, matte="", key={1: str(folder / "matte/matte.1.exr")})
    found = open_job(keyed)
    node = filling_node(found)
    assert node == found.job.nodes[1]
    assert mattes_to_come(found, node) == found.job.nodes[0]
    matte = found.nodes[1].matte
    assert matte is not None
    for number in (1, 2):
        path = matte.footage.path(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes((folder / f"matte/matte.{number}.exr").read_bytes())
    assert mattes_to_come(found, node) is None
    alone = open_job(replace(keyed, nodes=keyed.nodes[:1]))
    assert filling_node(alone) is None


def test_a_node_says_where_it_looks_in_pixels_of_the_plate() -> None:
    assert FLOW_INPAINT.sources is not None
    paint = ((5, "a.exr"),)
    found = FLOW_INPAINT.sources(FlowInpaintParams(reach=7, cuts=(3,), find_cuts="off", paint=paint), 960)
    assert found == Sources(reach=7, margin=4.0, cuts=(3,), find_cuts=False, painted=(5,))
    assert FLOW_INPAINT.sources(FlowInpaintParams(source_margin=9.0), 960).margin == 9
