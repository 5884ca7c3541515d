"""Sets say what they need, what they must reach, and how a command is told of them."""

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.bench import sets
from benchmarks.bench.sets import SETS, PreparedSet, find_set, missing_files, prepare
from vfxlib.io.footage import open_footage


def test_no_two_sets_have_one_name_and_every_aim_is_above_its_must():
    assert len({plates.name for plates in SETS}) == len(SETS)
    assert all(find_set(plates.name) is plates for plates in SETS)
    assert all(plates.goal.must < plates.goal.aim for plates in SETS if plates.goal is not None)


def test_a_set_says_what_it_needs(monkeypatch, tmp_path):
    monkeypatch.setattr(sets, "SHARED", tmp_path)
    assert str(tmp_path / "plates" / "tennis") in missing_files(find_set("blackswan"))
    for name in ("blackswan", "tennis"):
        (tmp_path / "plates" / name).mkdir(parents=True)
    assert missing_files(find_set("blackswan")) == ""
    assert missing_files(find_set("demo")) == ""


def test_the_command_is_told_of_a_channel_only_if_there_is_one():
    bare = PreparedSet(Path("p"), Path("m"), Path("t"))
    assert bare.inputs == ["--plate", "p", "--matte", "m"]
    named = PreparedSet(Path("p"), Path("m"), Path("t"), "effect.A")
    assert named.inputs[4:] == ["--matte-channel", "effect.A"]


def test_footage_comes_under_the_mattes_of_another_footage(monkeypatch, tmp_path):
    monkeypatch.setattr(sets, "SHARED", tmp_path)
    shape = np.zeros((40, 60, 3), np.uint8)
    shape[10:20, 30:50, 2] = 128  # an object's number in a palette
    for name in ("blackswan", "tennis"):
        for part, pixels in (("plate", np.full((40, 60, 3), 90, np.uint8)), ("matte", shape)):
            folder = tmp_path / "plates" / name / part
            folder.mkdir(parents=True)
            for number in range(3):
                cv2.imwrite(str(folder / f"{number:05d}.png"), pixels)
    ready = sets.prepare_swapped(find_set("blackswan"), (30, 20), 2, tmp_path / "out")
    assert ready.footage.frames == open_footage(ready.truth).frames == (1, 2)
    matte = cv2.imread(str(ready.matte / "matte.0001.png"))
    assert matte.shape == (20, 30, 3)
    assert set(np.unique(matte)) == {0, 255}
    assert matte[5:10, 15:25].all()
    assert matte.mean() == pytest.approx(255 * 50 / 600)


def test_a_pan_comes_under_the_mattes_of_footage_at_every_size(monkeypatch, tmp_path):
    monkeypatch.setattr(sets, "SHARED", tmp_path)
    monkeypatch.setattr(sets, "CACHE", tmp_path / "cache")
    monkeypatch.setattr(sets, "UHD", (96, 54))
    shape = np.zeros((40, 60), np.uint8)
    shape[10:20, 30:50] = 255
    (tmp_path / "plates" / "tennis" / "matte").mkdir(parents=True)
    (tmp_path / "plates" / "photos").mkdir()
    for number in range(2):
        cv2.imwrite(str(tmp_path / "plates" / "tennis" / "matte" / f"{number:05d}.png"), shape)
    photo = np.random.default_rng(0).integers(0, 255, (80, 120, 3), np.uint8)
    cv2.imwrite(str(tmp_path / "plates" / "photos" / sets.PHOTO), photo)
    for size in ((96, 54), (48, 27), (192, 108)):
        ready = sets.prepare_swapped_pan(size, 2, tmp_path / f"out{size[0]}")
        assert ready.footage.frames == open_footage(ready.matte).frames == (1, 2)
        picture = cv2.imread(str(ready.plate / "plate.0001.png"))
        assert picture.shape == (size[1], size[0], 3)
        assert picture.std() > 5


def test_street_has_a_truth_for_every_frame():
    street = find_set("street")
    if missing_files(street):
        pytest.skip(f"needs {missing_files(street)}")
    ready = prepare(street)
    assert ready.footage.frames == open_footage(ready.truth).frames == tuple(range(1001, 1013))
