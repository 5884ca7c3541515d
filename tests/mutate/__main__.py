"""Switches stages off, one at a time, and runs the tests that should miss them.

python -m tests.mutate [--only WORD] [--list]

A stage that no test misses is decoration: it costs time and proves nothing. The exit code is 1 if there is one.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from tests.mutate.switches import SWITCHES, Switch

__all__ = ["main"]

ROOT = Path(__file__).parents[2]
LIMIT = 900  # seconds for the tests of one switch


def main() -> int:
    """Try the switches, and print a line for each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", default="", help="switches whose line holds this word")
    parser.add_argument("--list", action="store_true", help="list the switches and run nothing")
    words = parser.parse_args()
    chosen = [switch for switch in SWITCHES if words.only in str(switch)]
    missed = []
    for switch in chosen:
        if words.list:
            print(switch)
            continue
        begun = time.monotonic()
        test = first_failure(switch)
        print(f"{switch}  {time.monotonic() - begun:.0f} s  {test or 'NO TEST MISSES IT'}", flush=True)
        missed += [] if test else [switch]
    if missed:
        print(f"{len(missed)} of {len(chosen)} stages can be switched off and no test fails", file=sys.stderr)
    return 1 if missed else 0


def first_failure(switch: Switch) -> str:
    """The first test that fails without a stage; "" if none does.

    raises  RuntimeError if the tests could not be run
    """
    environment = {**os.environ, "PAINTOUT_MUTATE": f"{switch.module}:{switch.name}={switch.value}"}
    words = [
        "-m",
        "pytest",
        "-q",
        "-x",
        "-n",
        "0",
        "-p",
        "no:cacheprovider",
        "-p",
        "tests.mutate.plugin",
        *switch.tests,
    ]
    done = subprocess.run(
        [sys.executable, *words], cwd=ROOT, env=environment, capture_output=True, text=True, timeout=LIMIT, check=False
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{switch}: pytest ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    failures = [line for line in done.stdout.splitlines() if line.startswith(("FAILED ", "ERROR "))]
    return failures[0].split(" - ")[0] if failures else ""


if __name__ == "__main__":
    sys.exit(main())
