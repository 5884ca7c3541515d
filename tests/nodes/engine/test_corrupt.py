"""A plate is damaged frame by frame: where the matte is 0 an EXR keeps its bits, windows, types and channels."""

import numpy as np
import pytest
from PIL import Image

from nodes.corruption import Corrupting
from nodes.engine.corrupt import corrupt_plate
from tests.exr import write
from tests.vfxlib.train.toy import Recorder
from vfxlib.errors import OutputError, SequenceError, UsageError
from vfxlib.inputs.shot import OpenShot
from vfxlib.io.exr import read_channels

DISPLAY = (64, 40)


def plate(folder, numbers=(1001, 1002, 1003), size=DISPLAY):
    rng = np.random.default_rng(3)
    for number in numbers:
        shape = (size[1] - 4, size[0] + 6)  # the data window is another one than the display window
        colour = {name: rng.random(shape, np.float32).astype(np.float16) * 4 - 0.1 for name in "RGB"}
        colour["G"][3, 3], colour["R"][20, 30] = np.nan, np.inf
        other = {"A": rng.random(shape, np.float32).astype(np.float16), "depth.Z": rng.random(shape, np.float32)}
        write(folder / f"plate.{number}.exr", {**colour, **other}, size, (-3, 2), owner="me")
    return str(folder / "plate.####.exr")


def bits(array):
    return np.ascontiguousarray(array).view(f"u{array.dtype.itemsize}")


@pytest.fixture(scope="module")
def scratched(tmp_path_factory):
    folder = tmp_path_factory.mktemp("corrupt")
    given = Corrupting(plate=plate(folder / "in"), out=str(folder / "out"), kind="scratch", seed=4)
    progress = Recorder()
    return folder, corrupt_plate(given, progress), progress


def test_an_exr_is_what_it_was_but_for_its_damage(scratched):
    folder, made, progress = scratched
    assert made.truth == str(folder / "in" / "plate.####.exr")
    assert not (folder / "out" / "truth").exists()
    assert (progress.ticks[-1].done, progress.ticks[-1].total) == (3, 3)
    for number in (1001, 1002, 1003):
        before = read_channels(folder / "in" / f"plate.{number}.exr", number)
        after = read_channels(folder / "out" / "plate" / f"plate.{number}.exr", number)
        matte = read_channels(folder / "out" / "matte" / f"matte.{number}.exr", number)
        mask = matte.channels["matte.A"]
        assert mask.dtype == np.float32
        assert 0 < np.mean(mask > 0) < 0.3
        for header in (after.header, matte.header):
            assert (header.display, header.data, header.origin) == (
                before.header.display,
                before.header.data,
                before.header.origin,
            )
            assert header.attributes["owner"] == "me"
            assert header.attributes["paintout/corruption"] == "scratch, seed 4"
        assert set(after.channels) == set(before.channels)
        for name, channel in before.channels.items():
            assert after.channels[name].dtype == channel.dtype
            kept = mask == 0 if name in "RGB" else np.ones_like(mask, bool)
            assert np.array_equal(bits(after.channels[name])[kept], bits(channel)[kept])
        changed = after.channels["R"].astype(np.float32) != before.channels["R"].astype(np.float32)
        assert changed[mask > 0.3].mean() > 0.8


def test_a_frame_is_the_same_whichever_others_are_made(scratched, tmp_path):
    folder = scratched[0]
    given = Corrupting(
        plate=str(folder / "in" / "plate.####.exr"), out=str(tmp_path), kind="scratch", seed=4, frames=(1002,)
    )
    corrupt_plate(given, Recorder())
    for kind in ("plate", "matte"):
        one, other = (read_channels(at / kind / f"{kind}.1002.exr", 1002) for at in (tmp_path, folder / "out"))
        assert all(np.array_equal(bits(one.channels[name]), bits(other.channels[name])) for name in other.channels)
    assert [path.name for path in (tmp_path / "plate").iterdir()] == ["plate.1002.exr"]


def test_a_plate_that_is_no_exr_is_converted_once_and_its_truth_written(tmp_path):
    picture = np.random.default_rng(1).integers(0, 255, (30, 40, 3), np.uint8)
    (tmp_path / "in").mkdir()
    Image.fromarray(picture).save(tmp_path / "in" / "a.1.png")
    made = corrupt_plate(Corrupting(plate=str(tmp_path / "in" / "a.#.png"), out=str(tmp_path), kind="logo"), Recorder())
    assert made.truth == str(tmp_path / "truth" / "truth.####.exr")
    truth, damaged, matte = (
        read_channels(tmp_path / kind / f"{kind}.0001.exr", 1).channels for kind in ("truth", "plate", "matte")
    )
    kept = matte["matte.A"] == 0
    assert not kept.all()
    for name in "RGB":
        assert truth[name].dtype == np.float32
        assert np.array_equal(damaged[name][kept], truth[name][kept])
        share = (damaged[name] - truth[name])[~kept] / matte["matte.A"][~kept]
        assert np.ptp((truth[name][~kept] + share).round(4)) < 0.01  # a logo is of one colour


def test_a_frame_is_written_before_the_next_is_read(scratched, tmp_path, monkeypatch):
    read = OpenShot.read
    seen = []

    def spied(self, number):
        seen.append((number, len(list(tmp_path.rglob("*.exr")))))
        return read(self, number)

    monkeypatch.setattr(OpenShot, "read", spied)
    words = str(scratched[0] / "in" / "plate.####.exr")
    corrupt_plate(Corrupting(plate=words, out=str(tmp_path), kind="dirt"), Recorder())
    assert seen == [(1001, 0), (1002, 2), (1003, 4)]


@pytest.mark.parametrize(
    ("more", "error", "says"),
    [
        ({"plate": ""}, UsageError, "no plate is given"),
        ({"plate": "nowhere/x.####.exr"}, SequenceError, "nowhere"),
        ({"out": ""}, UsageError, "nothing says where"),
        ({"data": "pack.safetensors"}, UsageError, "shows no picture"),
        ({"frames": (7,)}, SequenceError, "missing"),
    ],
    ids=str,
)
def test_what_cannot_be_used_is_refused_before_any_work(scratched, tmp_path, more, error, says):
    given = {"plate": str(scratched[0] / "in" / "plate.####.exr"), "out": str(tmp_path / "out"), **more}
    with pytest.raises(error, match=says):
        corrupt_plate(Corrupting(**given), Recorder())
    assert not (tmp_path / "out").exists()


def test_what_is_there_is_not_written_over_and_the_plate_never(scratched, tmp_path):
    words = plate(tmp_path / "plate", (1001,))
    own = (tmp_path / "plate" / "plate.1001.exr").read_bytes()
    for overwrite in (False, True):
        with pytest.raises(OutputError, match="is the plate itself"):
            corrupt_plate(Corrupting(plate=words, out=str(tmp_path), overwrite=overwrite), Recorder())
    assert (tmp_path / "plate" / "plate.1001.exr").read_bytes() == own
    again = Corrupting(plate=str(scratched[0] / "in" / "plate.####.exr"), out=str(scratched[0] / "out"))
    with pytest.raises(OutputError, match="is there already"):
        corrupt_plate(again, Recorder())


def test_frames_of_another_size_are_refused_by_name(tmp_path):
    plate(tmp_path / "in", (1001,))
    words = plate(tmp_path / "in", (1002,), (48, 40))
    with pytest.raises(SequenceError, match="1002"):
        corrupt_plate(Corrupting(plate=words, out=str(tmp_path / "out")), Recorder())
