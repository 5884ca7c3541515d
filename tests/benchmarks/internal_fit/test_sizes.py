"""The table of sizes compares each with the smallest one of the same shot."""

import cv2
import numpy as np

from benchmarks.bench.meter import Run
from benchmarks.bench.pan import decode
from benchmarks.bench.sets import PreparedSet
from benchmarks.internal_fit.sizes import SizeFigures, reduce_result, size_figures, sizes_text
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr


def figures(size: str, psnr: float, frames: int = 24, name: str = "blackswan") -> SizeFigures:
    return SizeFigures(name, size, frames, ["--quality", "draft"], 2, psnr, psnr + 1, 100.0, 1.5, 2**30)


def test_every_size_is_judged_against_the_smallest_of_the_same_shot_and_as_many_frames():
    found = [
        figures("1728x960", 22.7),
        figures("432x240", 23.3),
        figures("854x480", 22.5),
        figures("432x240", 20.0, frames=6),
        figures("3840x2160", 20.5, frames=6),
        figures("854x480", 30.0, name="hillside"),
    ]
    rows = [line for line in sizes_text(found).splitlines() if line.startswith(("| blackswan", "| hillside"))]
    assert [row.split("|")[2].strip() for row in rows] == [
        "432x240",
        "3840x2160",
        "432x240",
        "854x480",
        "1728x960",
        "854x480",
    ]
    assert [row.split("|")[7].strip() for row in rows] == ["", "+0.50", "", "-0.80", "-0.60", ""]
    assert [row.split("|")[8].strip() for row in rows] == ["", "pass", "", "more than 0.7 dB below", "pass", ""]


def test_levels_and_seconds_come_from_what_the_command_told():
    steps = {"internal-fit/read": 1.0, "internal-fit/fit 1/2": 5.0, "internal-fit/fit 2/2": 2.0}
    ticks = {"internal-fit/render": ((0.0, 0), (4.0, 1), (6.0, 2), (8.0, 3))}
    made = size_figures("blackswan", "854x480", 3, [], Run(20.0, 5, steps, ticks), (22.0, 23.0))
    assert (made.levels, made.psnr, made.reduced) == (2, 22.0, 23.0)
    assert (made.seconds, made.frame, made.memory) == (7.0, 2.0, 5)


def test_a_result_is_reduced_as_its_truth_was(tmp_path):
    shown = np.random.default_rng(0).random((32, 64, 3)).astype(np.float32)
    box = Box(0, 0, 64, 32)
    channels = {name: decode(shown)[..., i].astype(np.float32) for i, name in enumerate("BGR")}
    path = tmp_path / "out" / "clean.0001.exr"
    path.parent.mkdir()
    write_exr(path, display=box, origin=(0, 0), data=box, aspect=1.0, channels=channels, attributes={})
    (tmp_path / "plate").mkdir()
    cv2.imwrite(str(tmp_path / "plate" / "plate.0001.png"), np.zeros((16, 32, 3), np.uint8))
    smallest = PreparedSet(tmp_path / "plate", tmp_path / "plate", tmp_path / "plate")
    reduced = cv2.imread(str(reduce_result(path.parent, smallest) / "reduced.0001.png"))
    assert np.abs(reduced / 255 - shown.reshape(16, 2, 32, 2, 3).mean((1, 3))).max() < 0.01
