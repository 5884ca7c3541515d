"""The frame loop: order, what is asked for, what stays, and what a failure takes with it."""

import threading
import time

import numpy as np
import pytest

from tests.plain_fingerprints import PlainFingerprints
from vfxlib.colour.ocio import open_colours
from vfxlib.errors import FramesFailed, OutputError, PictureError
from vfxlib.image.box import Box
from vfxlib.image.picture import Header, RawFrame
from vfxlib.image.tiles import Tiling
from vfxlib.inputs.shot import ShotFrame, to_colour
from vfxlib.io.exr import write_exr
from vfxlib.pipeline.fill_block import empty_block
from vfxlib.pipeline.fingerprint import FINGERPRINT
from vfxlib.pipeline.frame_cache import FrameCache
from vfxlib.pipeline.frame_tasks import FrameTasks, Target
from vfxlib.pipeline.merge import fill_layers
from vfxlib.progress import open_progress
from vfxlib.render import OpenFrame, render

WINDOW = Box(-4, -2, 28, 18)  # a picture with overscan
NUMBERS = tuple(range(1, 9))


@pytest.fixture(scope="module")
def colours(tmp_path_factory):
    return open_colours(config=None, colorspace="ACEScg", output_colorspace=None, header=header(tmp_path_factory))


def header(folder):
    return Header(folder, Box(0, 0, 24, 16), (0, 0), WINDOW, 1.0, dict.fromkeys("RGB", "float16"))


class Shot:
    """Frames of noise with what a colour conversion would not bring back, and a hole in some of them."""

    def __init__(self, folder, colours, numbers=NUMBERS):
        self.folder, self.colours, self.numbers = folder, colours, numbers
        self.asked, self.written, self.order, self.lock = {}, {}, [], threading.Lock()
        self.refuse = {}

    def hole(self, number):
        hole = np.zeros((WINDOW.height, WINDOW.width), np.bool_)
        if number != 4:
            hole[4:9, number : number + 12] = True
        return hole

    def read(self, number):
        self.fails("read", number)
        rng = np.random.default_rng(number)
        channels = {name: rng.random((WINDOW.height, WINDOW.width)).astype(np.float16) for name in "RGB"}
        for channel in channels.values():
            channel[0, :4] = [np.nan, np.inf, -0.0, 65504]
        original = RawFrame(number, header(self.folder), channels)
        hole = self.hole(number)
        plate = to_colour(original, self.colours)
        known = ~hole & np.isfinite(plate.pixels).all(axis=2)
        return ShotFrame(original, ("R", "G", "B"), plate, hole.astype(np.float32), hole, known)

    def fails(self, where, number):
        if self.refuse.get(where) == number:
            raise PictureError(f"no {where}", where=f"frame {number}")

    def open_frame(self, frame):
        number = frame.number
        self.fails("open_frame", number)
        time.sleep(0.002 * (number % 3))

        def process(box):
            self.fails("process", number)
            with self.lock:
                self.asked.setdefault(number, []).append(box)
            block = empty_block(box.height, box.width)
            block.colour[:], block.confidence[:], block.method[:] = number, 0.5, 3
            return block

        def layers(merged, wanted):
            self.fails("layers", number)
            return fill_layers(merged)

        return OpenFrame(process, layers)

    def write_layers(self, frame, merged, layers):
        made = layers(merged, ("fill",))
        self.order.append(frame.number)

        def write():
            self.fails("write", frame.number)
            leave(self.folder / f"{frame.number}.exr", "f")
            self.written[frame.number] = (merged, made)

        return write

    def render(self, **more):
        targets = {n: Target(self.folder / f"{n}.exr", "f") for n in self.numbers}
        tasks = FrameTasks(
            "node/step",
            targets,
            overwrite=False,
            keep_foreign=False,
            progress=open_progress("none"),
            fingerprints=PlainFingerprints(),
        )
        with FrameCache(self.read, self.numbers, 10**6) as clip:
            render(clip, tasks, self.open_frame, self.write_layers, self.colours, **more)
        return self


def leave(path, fingerprint):
    """A frame of ours."""
    box, pixels = Box(0, 0, 2, 2), {"A": np.zeros((2, 2), np.float16)}
    own = {FINGERPRINT: fingerprint}
    write_exr(path, display=box, origin=(0, 0), data=box, aspect=1.0, channels=pixels, attributes=own)


@pytest.fixture
def shot(tmp_path, colours):
    return Shot(tmp_path, colours)


def same(a, b):
    return np.array_equal(a.view(np.uint16), b.view(np.uint16))


@pytest.mark.parametrize("threads", [1, 2, 5, 20])
def test_frames_are_written_in_order_and_are_the_same_whatever_the_threads(shot, tmp_path, colours, threads):
    shot.render(threads=threads)
    assert shot.order == list(shot.written) == list(NUMBERS)
    one = Shot(tmp_path / "one", colours).render()
    for number in NUMBERS:
        (merged, made), (other, others) = shot.written[number], one.written[number]
        assert all(same(merged.picture[name], other.picture[name]) for name in "RGB")
        assert all(np.array_equal(made[name], others[name]) for name in made)


def test_pixels_outside_keep_their_bits_and_those_inside_are_what_was_made(shot):
    shot.render()
    for number, (merged, made) in shot.written.items():
        hole = shot.hole(number)
        for name in "RGB":
            plate = merged.frame.original.channels[name]
            assert merged.picture[name].dtype == plate.dtype
            assert same(merged.picture[name][~hole], plate[~hole])
            assert (merged.picture[name][hole] == number).all()
            assert (made[f"fill.{name}"][~hole] == 0).all()
        assert (made["confidence.A"] == np.where(hole, np.float32(0.5), np.float32(1))).all()


@pytest.mark.parametrize("tiling", [Tiling(), Tiling(size=8), Tiling(size=8, overlap=2), Tiling(size=5, overlap=9)])
def test_only_boxes_that_hold_some_of_the_hole_are_asked_for_and_together_they_hold_it_all(shot, tiling):
    shot.render(tiling=tiling)
    assert 4 not in shot.asked  # nothing must go from it
    for number, boxes in shot.asked.items():
        hole, covered = shot.hole(number), np.zeros_like(shot.hole(number))
        for box in boxes:
            assert hole[box.slices(WINDOW)].any()
            assert (box & WINDOW) == box
            covered[box.slices(WINDOW)] = True
        assert covered[hole].all()
        assert np.allclose(shot.written[number][1]["fill.G"][hole], number)


@pytest.mark.parametrize("threads", [1, 3])
@pytest.mark.parametrize("where", ["read", "open_frame", "process", "layers", "write"])
def test_a_frame_that_fails_does_not_stop_the_others(shot, where, threads):
    shot.refuse[where] = 3
    with pytest.raises(FramesFailed, match="1 frame failed: 3") as told:
        shot.render(threads=threads)
    assert told.value.failures[3].problem == f"no {where}"
    assert list(shot.written) == [1, 2, 4, 5, 6, 7, 8]


@pytest.mark.parametrize("threads", [1, 3])
def test_a_place_that_cannot_be_written_stops_it_and_a_fault_of_ours_too(shot, threads, monkeypatch):
    for error in (OutputError("full"), ZeroDivisionError()):
        shot.written.clear()
        for path in shot.folder.glob("*.exr"):
            path.unlink()

        def fails(where, number, error=error):
            if (where, number) == ("write", 2):
                raise error

        monkeypatch.setattr(shot, "fails", fails)
        with pytest.raises(type(error)):
            shot.render(threads=threads)
        assert 1 in shot.written
        assert 8 not in shot.written


def test_what_is_done_is_neither_read_nor_written_again(shot, tmp_path):
    leave(tmp_path / "2.exr", "f")
    leave(tmp_path / "3.exr", "old")
    shot.refuse["read"] = 2
    shot.render()
    assert list(shot.written) == [1, 3, 4, 5, 6, 7, 8]


def test_a_feather_blends_inside_the_hole_and_leaves_the_layer_whole(shot):
    shot.render(feather=4.0)
    merged, made = shot.written[8]
    hole, plate = shot.hole(8), merged.frame.original.channels["G"]
    assert same(merged.picture["G"][~hole], plate[~hole])
    assert (made["fill.G"][hole] == 8).all()
    rim, middle = merged.picture["G"][4, 14], merged.picture["G"][6, 14]
    assert plate[4, 14] < rim < middle <= 8
