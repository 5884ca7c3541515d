"""Damage found by the whole command, on a small shot: a logo that stays, and specks of single frames."""

import numpy as np
import pytest

from nodes.processors.mask_propagate.damage_fit import spread
from tests.exr import write
from tests.hostile.place import Place
from vfxlib.io.exr import read_channels
from vfxlib.mask_propagate import damage_classifier

WIDTH, HEIGHT, FRAMES, KEY = 112, 72, range(1, 7), 3
SPECKS = {1: (50, 20), 2: (12, 70), 3: (40, 50), 4: (55, 90), 5: (10, 40), 6: (30, 85)}


def damage(number):
    """The logo, and the speck of a frame."""
    matte = np.zeros((HEIGHT, WIDTH), np.float16)
    matte[58:64, 8:24] = 1
    y, x = SPECKS[number]
    matte[y : y + 5, x : x + 5] = 1
    return matte


@pytest.fixture(scope="module")
def shot(tmp_path_factory):
    """The shot, and a command that learns quickly."""
    place = Place(tmp_path_factory.mktemp("damage"))
    wide = np.random.default_rng(5).random((HEIGHT, WIDTH + 40, 3))
    for _ in range(3):
        wide = (wide + np.roll(wide, 1, 0) + np.roll(wide, 1, 1) + np.roll(wide, (1, 1), (0, 1))) / 4
    for number in FRAMES:
        picture = (0.1 + 0.3 * wide[:, 4 * number : 4 * number + WIDTH]).astype(np.float16)
        picture[damage(number) > 0] = 0.8
        picture[0, 0], picture[0, 1] = np.nan, [-0.5, 4000.0, np.inf]
        rgb = {letter: picture[..., i] for i, letter in enumerate("RGB")}
        write(place.folder / f"plate/plate.{number:04d}.exr", rgb, (WIDTH, HEIGHT))
        write(place.folder / f"key/key.{number:04d}.exr", {"A": damage(number)}, (WIDTH, HEIGHT), colorInteropID="")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"STEPS": (10, 20), "MARKED": 32, "CLEAN": 64, "LOOKED_AT": 400}.items():
            patch.setattr(damage_classifier, name, value)
        assert run(place, "out") == 0
        yield place


def run(place, out, *more, method="corruption", key=f"key/key.{KEY:04d}.exr"):
    words = ["--plate", "plate", "--key", f"{KEY}={key}", "--method", method]
    return place.main("mask-propagate", *words, "--out", f"{out}/out.####.exr", *more)


def read(place, out, number):
    return read_channels(place.folder / out / f"out.{number:04d}.exr", 0).channels


def test_what_stays_and_what_is_on_one_frame_is_found_on_all(shot):
    for number in FRAMES:
        channels = read(shot, "out", number)
        found, wanted = channels["matte.A"] >= 0.5, damage(number) > 0
        assert found[58:64, 8:24].all()
        assert (found & wanted).sum() / (found | wanted).sum() > 0.6
        assert np.array_equal(channels["index.A"], found)
        assert ((channels["confidence.A"] >= 0) & (channels["confidence.A"] <= 1)).all()
        plate = read_channels(shot.folder / f"plate/plate.{number:04d}.exr", 0).channels
        assert all(np.array_equal(channels[name].view("u2"), plate[name].view("u2")) for name in "RGB")


def test_where_all_that_is_marked_stays_nothing_else_is_taken_for_damage(shot):
    logo = damage(KEY)
    logo[:58] = 0
    write(shot.folder / "logo.exr", {"A": logo}, (WIDTH, HEIGHT), colorInteropID="")
    assert run(shot, "logo", key="logo.exr") == 0
    for number in FRAMES:
        assert np.array_equal(read(shot, "logo", number)["matte.A"] >= 0.5, logo > 0)


def test_threads_and_memory_and_a_stop_between_the_steps_change_no_bit(shot):
    assert run(shot, "again", "--threads", "2", "--memory", "3", "--save", "again.json") == 0
    for step in ("motion", "fit", "carry", "render"):
        assert shot.main("run", "again.json", "--step", f"mask-propagate/{step}") == 0
    for number in FRAMES:
        first, second = (read(shot, out, number) for out in ("out", "again"))
        assert all(np.array_equal(first[name].view("u1"), second[name].view("u1")) for name in first)


def test_the_automatic_method_sees_that_the_key_is_damage_and_says_why(shot, capsys):
    assert run(shot, "auto", "--save", "auto.json", method="auto") == 0
    for step in ("motion", "fit"):
        assert shot.main("run", "auto.json", "--step", f"mask-propagate/{step}") == 0
    assert "method corruption: " in capsys.readouterr().err


def test_what_nothing_can_be_learned_from_is_refused_before_any_work(shot, capsys):
    whole = np.ones((HEIGHT, WIDTH), np.float16)
    whole[:9] = 0
    write(shot.folder / "most.exr", {"A": whole}, (WIDTH, HEIGHT), colorInteropID="")
    write(shot.folder / "faint.exr", {"A": 0.1 * damage(KEY)}, (WIDTH, HEIGHT), colorInteropID="")
    words = ["mask-propagate", "--plate", "plate", "--method", "corruption", "--out", "no/out.####.exr"]
    for key, more, says in (
        ("most.exr", [], "marks 88% of the picture as damage"),
        ("faint.exr", [], "nothing of the damage is marked"),
        (f"key/key.{KEY:04d}.exr", ["--frames", str(KEY)], "there is one alone"),
    ):
        assert shot.main(*words, "--key", f"{KEY}={key}", *more) == 2
        said = capsys.readouterr().err
        assert says in said
        assert "Traceback" not in said
    assert not (shot.folder / "no").exists()


def test_a_key_that_is_too_faint_for_either_method_is_refused(shot, capsys):
    write(shot.folder / f"faint/key.{KEY:04d}.exr", {"A": damage(KEY) * 0.1}, (WIDTH, HEIGHT), colorInteropID="")
    words = ["--plate", "plate", "--key", f"{KEY}=faint/key.{KEY:04d}.exr", "--method", "auto", "--iterations", "1"]
    capsys.readouterr()
    assert shot.main("mask-propagate", *words, "--out", "faint/out.####.exr") == 2
    said = capsys.readouterr().err
    assert "method object: no pixel of the keys is as much as 0.25" in said
    assert "too faint" in said


@pytest.mark.parametrize(
    ("there", "chosen"), [(0, []), (1, [0]), (3, [0, 1, 2]), (5, [0, 1, 2, 3, 4]), (9, [0, 2, 4, 6, 8])]
)
def test_frames_that_are_learned_from_are_spread_over_the_take_and_all_of_them_if_they_are_few(there, chosen):
    assert spread(range(there), 5) == chosen
