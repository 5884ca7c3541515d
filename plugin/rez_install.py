"""What rez's build of the package does: the three packages, and a command that lies anywhere.

python plugin/rez_install.py ROOT INSTALL_PATH    called by rez build; installs if $REZ_BUILD_INSTALL is 1
"""

import os
import shutil
import sys
from pathlib import Path

__all__ = ["install"]

PACKAGES = ("plugin", "nodes", "vfxlib")
# pip's own script would hold the path of the Python that built it
COMMAND = """#!/bin/sh
if [ -n "$PAINTOUT" ]; then exec $PAINTOUT "$@"; fi  # beside a host: an environment of its own
exec python -m plugin "$@"
"""


def install(root: Path, target: Path) -> None:
    """Copy the packages, and write the command; what an earlier build has left there goes.

    root    of the sources
    target  the folder of the variant
    """
    python, command = target / "python", target / "bin" / "paintout"
    for folder in (python, command.parent):
        shutil.rmtree(folder, ignore_errors=True)
    for name in PACKAGES:
        shutil.copytree(root / name, python / name, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
    command.parent.mkdir(parents=True)
    command.write_text(COMMAND, encoding="utf-8")
    command.chmod(0o755)


if __name__ == "__main__":
    if os.environ.get("REZ_BUILD_INSTALL") == "1":
        install(Path(sys.argv[1]), Path(sys.argv[2]))
