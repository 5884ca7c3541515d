"""The table of sizes compares each with the smallest one of the same shot."""

from benchmarks.bench.meter import Run
from benchmarks.internal_fit.sizes import SizeFigures, size_figures, sizes_text


def figures(size: str, psnr: float, frames: int = 24, name: str = "blackswan") -> SizeFigures:
    return SizeFigures(name, size, frames, ["--quality", "draft"], 2, psnr, 100.0, 1.5, 2**30)


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
    made = size_figures("blackswan", "854x480", 3, [], Run(20.0, 5, steps, ticks), 22.0)
    assert (made.levels, made.seconds, made.frame, made.memory) == (2, 7.0, 2.0, 5)
