"""What a farm costs beside the work itself.

python -m benchmarks.farm [--write docs/farm-figures.md] [--shots 1000]
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import astuple
from pathlib import Path

from benchmarks.bench.cache import origin, origin_text
from benchmarks.bench.report import GIB, decimal, table
from benchmarks.bench.sets import ROOT
from benchmarks.farm.measure import bytes_read, make_job, overhead, plan_show, start, workers

STEPS = ("flow-inpaint/motion", "flow-inpaint/complete", "flow-inpaint/render")
SHOTS = (10, 100)
HEAD = """# A farm: figures

Made by `python -m benchmarks.farm`. {origins}

The shot is 16 frames of 1728x960 (hillside under the mattes of tennis), its node FlowInpaint. Wall time; a machine with
two cores shows where workers begin to share them.
"""


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.farm", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--write", type=Path, help="Keep the page, for example docs/farm-figures.md.")
    parser.add_argument("--shots", type=int, default=1000, help="Shots of the largest show that is planned.")
    values = parser.parse_args()
    job = make_job()
    costs, scale = [], []
    for step in STEPS:
        bare, engine = overhead(job, step)
        read = bytes_read(job, step)
        more = [f"{100 * (ours / own - 1):+.0f} %" for own, ours in zip(astuple(bare), astuple(engine), strict=True)]
        print(f"{step}: {bare}, {engine}, {more}, {read:.2f}", file=sys.stderr, flush=True)
        seconds = (bare.wall, engine.wall, bare.processor, engine.processor)
        wall, engine_wall, processor, engine_processor = (decimal(each, 1) for each in seconds)
        row = [step, wall, engine_wall, more[0], processor, engine_processor, more[1], decimal(read, 2)]
        costs.append(row)
        times = [workers(job, step, count) for count in (1, 2, 4)]
        print(f"{step}: {times}", file=sys.stderr, flush=True)
        scale.append([step, *(decimal(each, 1) for each in times)])
    started = [start(job, step) for step in STEPS]
    shows = [plan_show(shots) for shots in (*SHOTS, values.shots)]
    parts = [
        "Two tasks of 8 frames: by hand one after the other, and by `openjd run`. The best of two tries each, on "
        "the wall and of the processors. Bytes read by one task of all frames, over those of all files that it needs, "
        "each read once.",
        table(["step", "bare, s", "openjd, s", "overhead", "bare CPU s", "openjd CPU s", "overhead", "bytes"], costs),
        "Tasks of 4 frames, several at a time on this machine.",
        table(["step", "1 worker, s", "2", "4"], scale),
        "A worker from its start until it has its libraries, and until it reads the first frame of the plate.",
        table(
            ["step", "loads torch", "libraries, s", "first frame, s"],
            [
                [each.step, "yes" if each.torch else "no", decimal(each.libraries, 2), decimal(each.first_frame, 2)]
                for each in started
            ],
        ),
        "A table of shots of 200 frames, each made a job and checked by Open Job Description's own library.",
        table(
            ["shots", "s", "GiB at most"],
            [[str(each.shots), decimal(each.seconds, 1), decimal(each.memory / GIB, 2)] for each in shows],
        ),
    ]
    text = "\n\n".join(parts)
    print(text)
    if values.write:
        head = HEAD.format(origins=origin_text([origin()]))
        (ROOT / values.write).write_text(f"{head}\n{text}\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
