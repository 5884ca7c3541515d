"""Packages of Debian fetched by apt and unpacked, without becoming root and without installing anything."""

import os
import subprocess
from pathlib import Path

from vfxlib.errors import InputError

__all__ = ["fetch_package", "package_version", "unpack"]

PATIENCE = 1800.0  # seconds that apt may take for one package, the largest of which has 600 MB
FIX = "run it on Debian 12 or newer with apt and network, after apt-get update"


def fetch_package(name: str, folder: Path) -> Path:
    """Fetch a package; apt checks its signature.

    name     as apt calls it
    folder   where the file goes, empty
    returns  the file
    raises   InputError if there is no apt, or it has no such package or cannot fetch it
    """
    _run(["apt-get", "download", "-q", name], name, folder)
    found = sorted(folder.glob("*.deb"))
    if not found:
        raise InputError("apt fetched nothing", where=name, fix=FIX)
    return found[0]


def package_version(package: Path, name: str) -> str:
    """The version that a package has.

    raises  InputError if it cannot be read
    """
    return _run(["dpkg-deb", "-f", str(package.resolve()), "Version"], name, package.parent).strip()


def unpack(package: Path, name: str, folder: Path) -> None:
    """Unpack a package's files below a folder.

    raises  InputError if it cannot be unpacked
    """
    _run(["dpkg-deb", "-x", str(package.resolve()), str(folder.resolve())], name, package.parent)


def _run(words: list[str], name: str, folder: Path) -> str:
    """What a program prints; ``name`` is the package, for the error."""
    try:
        done = subprocess.run(
            words,
            cwd=folder,
            env={**os.environ, "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=PATIENCE,
            check=False,
        )
    except FileNotFoundError as error:
        raise InputError(f"there is no {words[0]} on this machine", where=name, fix=FIX) from error
    except subprocess.TimeoutExpired as error:
        raise InputError(f"{words[0]} took more than {PATIENCE / 60:.0f} minutes", where=name, fix=FIX) from error
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if line.startswith(("E:", "dpkg"))] or ["no reason given"]
        raise InputError(f"{words[0]} fails ({said[-1].removeprefix('E: ').strip()})", where=name, fix=FIX)
    return done.stdout
