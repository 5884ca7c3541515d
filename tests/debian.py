"""A stand-in for apt and dpkg, strict about how they are called, and packages for it to hand out."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

__all__ = ["Debian", "photograph"]

PROGRAM = """#!{python}
import os, shutil, sys
from pathlib import Path
words, store = sys.argv[1:], Path({store!r})
with open(store / "asked", "a") as file:
    file.write(" ".join([Path(sys.argv[0]).name, *words[:2], words[-1]]) + "\\n")
if Path(sys.argv[0]).name == "apt-get":
    assert words[:2] == ["download", "-q"], words
    name = words[2]
    if not (store / name).is_dir():
        sys.exit(print("E: Unable to locate package " + name, file=sys.stderr) or 100)
    Path(name + "_1.0-1_all.deb").write_text(name)
elif words[0] == "-f":
    assert words[2] == "Version", words
    print("1.0-1")
else:
    assert words[0] == "-x", words
    shutil.copytree(store / Path(words[1]).read_text(), words[2], dirs_exist_ok=True)
"""


def photograph(side: int = 300, seed: int = 0) -> np.ndarray:
    """Something with detail at several sizes and many colours: [side side 3] uint8."""
    rng = np.random.default_rng(seed)
    light = np.zeros((side, side, 3))
    for cells in (3, 12, 60, side):
        small = rng.random((cells, cells, 3))
        large = Image.fromarray((small * 255).astype(np.uint8)).resize((side, side), Image.Resampling.BICUBIC)
        light += np.asarray(large, np.float64) / 4
    return light.astype(np.uint8)


class Debian:
    """Programs called apt-get and dpkg-deb in a folder, and packages that they know."""

    def __init__(self, folder: Path) -> None:
        self.store, self.programs = folder / "store", folder / "bin"
        self.store.mkdir(parents=True)
        self.programs.mkdir()
        for name in ("apt-get", "dpkg-deb"):
            path = self.programs / name
            path.write_text(PROGRAM.format(python=sys.executable, store=str(self.store)))
            path.chmod(0o755)

    @property
    def path(self) -> str:
        """What PATH must be for them to be found."""
        return f"{self.programs}{os.pathsep}{os.environ['PATH']}"

    def asked(self) -> list[str]:
        """What the programs were told to do."""
        path = self.store / "asked"
        return path.read_text().splitlines() if path.exists() else []

    def package(
        self,
        name: str,
        files: Mapping[str, np.ndarray],
        licence: str = "Files: *\nCopyright: 2001, Ada\nLicense: CC0-1.0\n",
    ) -> None:
        """A package with pictures, by the names that they are installed as."""
        for at, pixels in files.items():
            path = self.store / name / at
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(pixels).save(path, **({"quality": 95} if path.suffix == ".jpg" else {}))
        copyright_file = self.store / name / "usr/share/doc" / name / "copyright"
        copyright_file.parent.mkdir(parents=True, exist_ok=True)
        copyright_file.write_text(licence, encoding="utf-8")
