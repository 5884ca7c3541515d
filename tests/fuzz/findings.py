"""What must never happen, where in the code it happened, and how it is kept: once for each place."""

import re
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.places import ROOT

__all__ = ["Finding", "Findings", "place_of"]

_FRAME = re.compile(r'File "([^"]+)", line (\d+),? in (\S+)')
_OWN = tuple(f"{ROOT}/{top}/" for top in ("vfxlib", "nodes", "plugin"))
_MOST_KEPT = 16 * 2**20


@dataclass(frozen=True)
class Finding:
    """Something that must never happen.

    kind   "internal error", "traceback", "crash", "hang", "memory", "growth", "warning", "lost", "left", "words", ...
    place  file:line in function, of our own code where any of it was at work; tells one finding from another
    words  what was said
    """

    kind: str
    place: str
    words: str

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from others; a line that moved by a mend beside it is another."""
        return self.kind, self.place


def place_of(traceback: str, *, deepest_last: bool = True) -> str:
    """Where in our own code a traceback ends; else where it ends at all; "" if it is none.

    deepest_last  False for faulthandler's, which begins with the innermost call
    """
    frames = [frame for frame in _FRAME.findall(traceback) if not frame[0].endswith("fuzz/sandbox.py")]
    if not deepest_last:
        frames.reverse()
    own = [frame for frame in frames if frame[0].startswith(_OWN)]
    if not own and not frames:
        return ""
    name, line, where = (own or frames)[-1]
    return f"{name.removeprefix(f'{ROOT}/')}:{line} in {where}"


@dataclass
class Findings:
    """What was found, each once, with how often.

    folder  where they are kept; None keeps none
    """

    folder: Path | None
    found: dict[tuple[str, str], Finding] = field(default_factory=dict)
    counts: dict[tuple[str, str], int] = field(default_factory=dict)

    def add(self, finding: Finding, repeat: str, words: Sequence[str], place: Path | None) -> bool:
        """Count a finding; keep it if it is new.

        repeat  the fuzzer's own words that try it again
        words   the command line
        place   the folder that it ran in, as it was before
        returns True if it is new
        """
        self.counts[finding.key] = self.counts.get(finding.key, 0) + 1
        if finding.key in self.found:
            return False
        self.found[finding.key] = finding
        if self.folder is not None:
            self._keep(self.folder, finding, repeat, words, place)
        return True

    def _keep(self, folder: Path, finding: Finding, repeat: str, words: Sequence[str], place: Path | None) -> None:
        slug = re.sub(r"[^A-Za-z0-9]+", "-", f"{finding.kind} {finding.place}").strip("-")[:100]
        at = folder / f"{len(self.found):03d}-{slug}"
        at.mkdir(parents=True, exist_ok=True)
        spelt = " ".join(shlex.quote(word) for word in words).encode("utf-8", "surrogateescape")
        (at / "command.txt").write_bytes(b"paintout " + spelt + f"\n\n{repeat}\n".encode())
        (at / "words.txt").write_bytes(finding.words.encode("utf-8", "backslashreplace"))
        if place is not None and place.is_dir():
            size = sum(path.lstat().st_size for path in place.rglob("*"))
            if size <= _MOST_KEPT:
                shutil.copytree(place, at / "place", symlinks=True, dirs_exist_ok=True, ignore=_no_pipes)


def _no_pipes(folder: str, names: list[str]) -> list[str]:
    return [name for name in names if not (Path(folder) / name).is_file() and not (Path(folder) / name).is_dir()]
