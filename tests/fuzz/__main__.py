"""``python -m tests.fuzz --minutes 60 --seed 0``: tries what nobody would, and says what broke.

Every try follows from the seed, the target's name and the try's number: ``--only TARGET --try N`` repeats one. What is
found goes to --keep: the folder, the command line, the words. Exit code 1 if anything was found.
"""

import os

os.environ.update(
    OMP_NUM_THREADS="1", MKL_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1"
)  # before numpy: forks have no threads

import argparse
import sys
import tempfile
from pathlib import Path

from tests.fuzz.fuzzer import Fuzzer
from tests.fuzz.targets import TARGETS
from tests.fuzz.tries import Limits


def main() -> int:
    """Exit code 1 if something was found."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=60.0, help="How long to try, all in all. [60]")
    parser.add_argument("--seed", type=int, default=0, help="Another seed makes other tries. [0]")
    parser.add_argument("--only", default="", help="Targets, joined by commas. [all]")
    parser.add_argument("--tries", type=int, default=0, help="So many tries of each target, whatever the minutes.")
    parser.add_argument("--try", dest="number", type=int, default=None, help="This try alone.")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1), help="Processes at once. [2]")
    parser.add_argument("--keep", type=Path, default=Path("out/fuzz"), help="Where findings go. [out/fuzz]")
    parser.add_argument("--seconds", type=float, default=20.0, help="Processor time that a try may take. [20]")
    parser.add_argument("--peak", type=float, default=2.0, help="GiB that a try may take. [2]")
    given = parser.parse_args()
    names = [name.strip() for name in given.only.split(",") if name.strip()]
    unknown = set(names) - {target.name for target in TARGETS}
    if unknown:
        parser.error(
            f"no target is called {', '.join(sorted(unknown))}; there are {', '.join(t.name for t in TARGETS)}"
        )
    limits = Limits(given.seconds, int(given.peak * 2**30))
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # a disk would be what takes most of the time
    with tempfile.TemporaryDirectory(prefix="fuzz-", dir=memory) as folder:
        fuzzer = Fuzzer(Path(folder), given.keep.absolute(), given.seed, limits)
        targets = [target for target in TARGETS if not names or target.name in names]
        if given.number is not None:
            fuzzer.run(targets, minutes=given.minutes, jobs=1, tries=1, first=given.number)
        else:
            fuzzer.run(targets, minutes=given.minutes, jobs=given.jobs, tries=given.tries)
    print(fuzzer.summary())
    return 1 if fuzzer.findings.found else 0


if __name__ == "__main__":
    sys.exit(main())
