"""Carried mattes are measured fairly: the arithmetic is exact, and the baselines do what they are said to do."""

import dataclasses
from fractions import Fraction

import cv2
import numpy as np
import pytest
import torch

from benchmarks.bench.cache import origin
from benchmarks.bench.meter import Run
from benchmarks.bench.pan import Pan, make_pan
from benchmarks.bench.sets import Prepared
from benchmarks.mask_propagate import __main__ as mattes
from benchmarks.mask_propagate import end_to_end as matteend
from benchmarks.mask_propagate import run as matterun
from benchmarks.mask_propagate import sets as mattesets
from benchmarks.mask_propagate.iou import Match, MatteScore, judge, match
from benchmarks.mask_propagate.movie import draw_mattes
from benchmarks.mask_propagate.paper import ALPHA, BATCH, LiteralMatte, weighted
from benchmarks.mask_propagate.peers import carry, learn, nearest_key
from benchmarks.mask_propagate.run import Made, carried
from benchmarks.mask_propagate.sets import MATTE_SETS, open_keyed
from benchmarks.mask_propagate.tables import End, Flat, MatteFigure, end_text, figures_text, flat_text
from benchmarks.mask_propagate.unet import Unet, open_unet
from vfxlib.io.exr import write_exr
from vfxlib.io.movie import open_movie

CPU = torch.device("cpu")
SIDE = 16


@pytest.fixture(scope="module")
def ready(tmp_path_factory):
    folder = tmp_path_factory.mktemp("mattes")
    make_pan(folder, Pan((96, 64), 5))
    return Prepared(folder / "plate", folder / "matte", folder / "truth", "A")


@pytest.fixture
def shot(ready, tmp_path, monkeypatch):
    """Five frames with their first as key; what is made of them goes to a folder of its own."""
    monkeypatch.setattr(mattesets, "CACHE", tmp_path)
    monkeypatch.setattr(mattes, "FIGURES", tmp_path / "figures")
    return open_keyed("tiny", ready, 1)


def mask(*boxes, size=(40, 60)):
    found = np.zeros(size, bool)
    for x, y, width, height in boxes:
        found[y : y + height, x : x + width] = True
    return found


def moving(frames=7, step=3):
    """A textured square that goes to the right over a textured ground that stands: pictures and masks."""
    rng = np.random.default_rng(3)
    ground, thing = (
        cv2.GaussianBlur(rng.integers(0, 256, size, np.uint8), (0, 0), 1.5) for size in ((64, 96, 3), (SIDE, SIDE, 3))
    )
    ground, thing = ground // 3, 155 + thing // 3
    pictures, masks = [], []
    for number in range(frames):
        x = 20 + step * number
        picture = ground.copy()
        picture[24 : 24 + SIDE, x : x + SIDE] = thing
        pictures.append(picture)
        masks.append(mask((x, 24, SIDE, SIDE), size=(64, 96)))
    return pictures, masks


def iou(found, truth):
    return match(0, found, truth).iou


def test_iou_is_what_is_in_both_over_what_is_in_either():
    one = match(7, mask((10, 10, 10, 10)), mask((15, 10, 10, 10)))
    assert (one.number, one.iou) == (7, pytest.approx(50 / 150))
    assert one.recall == pytest.approx(0.9)  # four columns more are within reach, one is not


def test_recall_grows_the_found_matte_by_a_disc_of_four_pixels():
    found = mask((20, 20, 1, 1))
    assert match(0, found, mask((24, 20, 1, 1))).recall == 1
    assert match(0, found, mask((25, 20, 1, 1))).recall == 0
    assert match(0, found, mask((23, 23, 1, 1))).recall == 0


def test_a_frame_without_the_object_is_right_if_nothing_is_found():
    assert match(0, mask(), mask()) == Match(0, 1.0, 1.0)
    assert match(0, mask((0, 0, 3, 3)), mask()) == Match(0, 0.0, 1.0)
    assert match(0, mask(), mask((0, 0, 3, 3))) == Match(0, 0.0, 0.0)


def test_a_shot_is_the_mean_of_all_frames_and_can_leave_out_those_with_a_key():
    truths = {number: mask((10, 10, 10, 10)) for number in (1, 2, 3)}
    found = {1: truths[1], 2: mask((15, 10, 10, 10)), 3: mask()}
    score = judge({number: np.float32(0.51) * one for number, one in found.items()}, truths, (1,))
    assert score.iou == pytest.approx((1 + 1 / 3 + 0) / 3)
    assert score.without(score.keys).iou == pytest.approx(1 / 6)
    assert score.without({1, 2, 3}) == score
    assert score.worst.number == 3
    half = judge({number: np.float32(0.5) * one for number, one in found.items()}, truths, (1,))
    assert half.iou == 0


def test_keys_are_the_first_the_middle_and_the_last_frame(ready):
    assert open_keyed("x", ready, 1).keys == (1001,)
    assert open_keyed("x", ready, 3).keys == (1001, 1003, 1005)
    few = open_keyed("x", ready, 3, 4)
    assert (few.keys, few.label) == ((1001, 1003, 1004), "3-of4")
    assert few.words[-2:] == ["--frames", "1001-1004"]
    assert f"1003={ready.matte / 'matte.1003.exr'}" in few.words
    assert open_keyed("x", ready, 1).words[-2:] == ["--matte-channel", "A"]


def test_a_frame_takes_its_matte_from_the_nearest_key():
    assert [nearest_key(place, (1, 5)) for place in range(8)] == [1, 1, 1, 1, 5, 5, 5, 5]


def test_flow_carries_a_matte_in_both_directions():
    pictures, masks = moving()
    found = carry(pictures, {3: masks[3].astype(np.float32)})
    assert np.array_equal(found[3], masks[3])
    assert min(iou(one > 0.5, truth) for one, truth in zip(found, masks, strict=True)) > 0.75
    assert iou(masks[3], masks[0]) < 0.4  # standing still would not do


def test_flow_never_carries_past_the_next_key():
    pictures, masks = moving()
    empty, key = np.zeros_like(masks[0], np.float32), masks[0].astype(np.float32)
    found = carry(pictures, {0: key, 6: empty})
    assert [bool((one > 0.5).any()) for one in found] == [True] * 4 + [False] * 3


def test_the_network_is_the_papers():
    with torch.device("meta"):
        network = Unet()
    assert sum(parameter.numel() for parameter in network.parameters()) == 31_032_837
    small = open_unet(1, 4)
    told = small(torch.zeros(2, 3, 32, 48))
    assert told.shape == (2, 1, 32, 48)
    assert torch.equal(told, open_unet(1, 4)(torch.zeros(2, 3, 32, 48)))


def test_the_loss_forgives_too_much_rather_than_too_little():
    told, truth = torch.tensor([0.9, 0.9]).view(1, 1, 1, 2), torch.tensor([1.0, 0.0]).view(1, 1, 1, 2)
    every = torch.ones_like(truth)
    by_hand = -(np.log(0.9) + ALPHA * np.log(0.1)) / 2
    assert weighted(told, truth, every).item() == pytest.approx(by_hand, rel=1e-4)
    assert weighted(told, truth, torch.zeros_like(truth)).item() == pytest.approx(0, abs=1e-5)


def test_a_sample_shows_the_object_once_more_and_asks_nothing_of_its_own_place():
    pictures, masks = moving(1)
    recipe = LiteralMatte([(pictures[0], masks[0].astype(np.float32))], (96, 64), CPU, open_unet(0, 2))
    shown, moved, place = recipe.samples(np.random.default_rng(0))
    assert shown.shape == (BATCH, 3, 64, 96)
    assert {int(one) for one in moved.sum((1, 2, 3))} == {SIDE**2}
    assert torch.equal(place[0, 0] > 0, torch.as_tensor(masks[0]))
    frame = torch.as_tensor(pictures[0]).permute(2, 0, 1) / 255 * 2 - 1
    assert torch.allclose(shown * (1 - moved), frame * (1 - moved), atol=1e-5)
    bright = [one[:, on[0] > 0].mean().item() for one, on in zip(shown, moved, strict=True)]
    assert np.allclose(bright, frame[:, torch.as_tensor(masks[0])].mean().item(), atol=1e-4)


def test_a_step_takes_the_loss_without_the_object_s_own_place():
    pictures, masks = moving(1)
    network = open_unet(0, 2)
    recipe = LiteralMatte([(pictures[0], masks[0].astype(np.float32))], (96, 64), CPU, network, seed=5)
    shown, moved, place = recipe.samples(np.random.default_rng((5, 0)))
    with torch.no_grad():
        told = network(shown)
    assert recipe.step() == pytest.approx(weighted(told, moved, 1 - place).item(), rel=1e-4)
    assert recipe.steps == 1


def test_the_literal_recipe_learns_and_keeps_its_keys():
    pictures, masks = moving(3)
    key = masks[0].astype(np.float32)
    recipe = LiteralMatte([(pictures[0], key)], (48, 32), CPU, open_unet(0, 8))
    first = recipe.step()
    found = learn(recipe, pictures, {0: key}, 60)
    assert recipe.step() < 0.7 * first
    assert found[0] is key
    assert all(one.shape == key.shape and 0 <= one.min() <= one.max() <= 1 for one in found)


def test_the_literal_recipe_wants_sides_that_it_can_halve():
    with pytest.raises(ValueError, match="multiple of 16"):
        LiteralMatte([], (100, 64), CPU, open_unet(0, 2))


def test_a_baseline_runs_as_a_program_of_its_own_and_once_only(shot, monkeypatch):
    figure = mattes.measure_shot(shot, "flow")
    assert figure.score.matches[0] == Match(1001, 1.0, 1.0)
    assert figure.memory > 50 << 20
    monkeypatch.setattr(matterun, "run", lambda words: pytest.fail("ran again"))
    assert mattes.measure_shot(shot, "flow") == figure
    assert mattes.measured("tiny", "flow", 1) == figure
    assert mattes.measured("tiny", "flow", 3) is None


def our_command(given):
    """In place of our command: writes the true mattes as if it had found them."""

    def run(words):
        given.append(words)
        out = words[words.index("--out") + 1]
        for number, matte in given[0].mattes(given[0].ready.matte, "A").items():
            window = given[0].plate.header(number).display
            channels = {"matte.A": matte.astype(np.float16), "confidence.A": np.ones_like(matte, np.float16)}
            write_exr(
                type(given[0].ready.plate)(out.replace("####", f"{number:04d}")),
                display=window,
                origin=(0, 0),
                data=window,
                aspect=1.0,
                channels=channels,
                attributes={},
            )
        return Run(9.0, 2**30, {"mask-propagate/fit": 5.0})

    return run


@pytest.fixture
def ours(shot, monkeypatch):
    given = [shot]
    monkeypatch.setattr(matterun, "run", our_command(given))
    monkeypatch.setattr(matterun, "MATTE_CODE", matterun.PEER_CODE)
    return given


def test_ours_is_the_command_with_the_declared_options(shot, ours, tmp_path):
    figure = mattes.measure_shot(shot, "ours", ["--quality", "draft"])
    words = ours[1]
    assert words[2:4] == ["plugin", "mask-propagate"]
    for option, value in (("--plate", str(shot.ready.plate)), ("--quality", "draft"), ("--matte-channel", "A")):
        assert words[words.index(option) + 1] == value
    assert "--work" in words
    assert words[words.index("--key") + 1] == f"1001={shot.ready.matte / 'matte.1001.exr'}"
    assert (figure.score.iou, figure.score.recall) == (1.0, 1.0)


def test_mattes_are_drawn_to_be_looked_at(shot, ours, tmp_path):
    made = carried(shot, "ours")
    score = judge(shot.mattes(made.folder, made.channel), shot.truths(), shot.keys)
    movie, sheet = draw_mattes(shot, made, "ours", score, tmp_path / "look")
    opened = open_movie(movie)
    assert (len(opened.frames), opened.rate) == (5, Fraction(24))
    assert cv2.imread(str(sheet)).shape[1] == 1920


def test_fills_by_carried_mattes_are_judged_in_the_true_hole(shot, monkeypatch):
    asked = []
    made = Made(shot.ready.matte, "A", 1.0, 1, {}, origin())
    truth = str(shot.ready.truth)
    monkeypatch.setattr(matteend, "carried", lambda *_: dataclasses.replace(made, channel="matte.A"))
    monkeypatch.setattr(matteend, "fill_ours", lambda ready, folder: asked.append((ready, folder)))
    real = matteend.score_sequences
    monkeypatch.setattr(matteend, "score_sequences", lambda **words: real(**{**words, "result": truth}))
    found = matteend.fill_by(shot, ["ours"], grown=2)
    assert found == {"true": pytest.approx(120), "ours": pytest.approx(120)}
    assert [ready.channel for ready, _ in asked] == ["A", "matte.A"]
    assert all(ready.options[-2:] == ("--grow", "2") for ready, _ in asked)
    assert len({folder for _, folder in asked}) == 2


def figure(method, iou, recall=0.995, keys=(0,), seconds=100.0, name="blackswan"):
    matches = tuple(Match(number, 1.0 if number in keys else iou, recall) for number in range(50))
    return MatteFigure(name, method, MatteScore(matches, keys), seconds, 2**30, "", origin())


@pytest.mark.parametrize(
    ("mine", "verdict"),
    [
        (figure("ours", 0.96), "aim"),
        (figure("ours", 0.90), "pass"),
        (figure("ours", 0.80), "IoU under 0.88"),
        (figure("ours", 0.96, recall=0.9), "recall under 0.97"),
        (figure("ours", 0.70), "IoU under 0.88; flow has more"),
        (figure("ours", 0.96, seconds=500), "over 480 s"),
    ],
)
def test_goals_are_told_with_the_figures(mine, verdict):
    text = figures_text([mine, figure("flow", 0.75)])
    row = next(line for line in text.splitlines() if line.startswith("| blackswan |   ours"))
    assert row.split("|")[-2].strip() == verdict


def test_further_keys_are_compared_on_frames_that_have_none_either_way():
    few, more = figure("ours", 0.90), figure("ours", 0.93, keys=(0, 25, 49))
    row = figures_text([few, more]).splitlines()[-1]
    assert [cell.strip() for cell in row.split("|")[5:9]] == ["0.900", "0.930", "0 of 47", "better"]
    text = figures_text([few, figure("ours", 0.88, keys=(0, 25, 49))])
    assert [cell.strip() for cell in text.splitlines()[-1].split("|")[7:9]] == ["47 of 47", "worse"]


def test_memory_and_fills_are_told():
    assert "+2.0 % (flat)" in flat_text(Flat("blackswan", {12: 100 << 20, 50: 102 << 20}, "--iterations 20", origin()))
    assert "(grows)" in flat_text(Flat("blackswan", {12: 100 << 20, 50: 120 << 20}, "", origin()))
    text = end_text([End("street", "A", {"true": 25.0, "ours": 24.8, "flow": 20.0}, "--grow 2", origin())])
    assert "PSNR of `flow-inpaint --grow 2`, dB" in text
    assert "| street |     A | 25.00 | 24.80 | 20.00 |     aim |" in text
    assert "0.50 dB lost" in end_text([End("street", "A", {"true": 25.0, "ours": 24.5}, "", origin())])


def test_every_plate_that_is_there_has_a_true_matte_on_every_frame():
    there = [plates for plates in MATTE_SETS if not mattesets.absent(plates)]
    if not there:
        pytest.skip(f"needs {mattesets.absent(MATTE_SETS[0])}")
    for plates in there:
        shot = mattesets.keyed(plates, 3, 3)
        assert all(truth.any() for truth in shot.truths().values())
        assert mattesets.keyed(plates, 1).plate.frames == mattesets.open_footage(shot.ready.matte).frames
