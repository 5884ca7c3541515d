"""Submits the steps that lie beside this file to Deadline 10, in order: python submit.py [DEADLINECOMMAND].

Every step is a job of its own, which waits for those before it; what they are called is known only once they are
submitted. Stands alone, with nothing but Python's own library.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

__all__ = ["WAITS", "main"]

WAITS = "PaintoutWaits"  # names of the steps before, in a step's .job file; Deadline is told their ids instead


def main(command: str = "deadlinecommand") -> int:
    """Submit all; the exit code."""
    folder = Path(__file__).resolve().parent
    ids: dict[str, str] = {}
    for job in sorted(folder.glob("*.job")):
        lines = job.read_text(encoding="utf-8").splitlines()
        waits = next(line.partition("=")[2] for line in lines if line.startswith(WAITS + "="))
        kept = [line for line in lines if not line.startswith(WAITS + "=")]
        if waits:
            kept.append("JobDependencies=" + ",".join(ids[name] for name in waits.split(",")))
        with tempfile.TemporaryDirectory() as place:
            told = Path(place) / job.name
            told.write_text("\n".join(kept) + "\n", encoding="utf-8")
            words = [command, str(told), str(job.with_suffix(".plugin"))]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
        found = re.search(r"^JobID=(\S+)", done.stdout, re.MULTILINE)
        if done.returncode or found is None:
            print(f"{job.name}: {command} did not take it\n{done.stdout}{done.stderr}", file=sys.stderr)
            return 1
        ids[job.stem] = found.group(1)
        print(f"{found.group(1)}  {job.stem}")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))
