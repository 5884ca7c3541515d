"""--log: what happens, written to a file of ours; nothing else is ever appended to."""

import logging
import re
import sys
from pathlib import Path

from vfxlib.errors import OutputError
from vfxlib.version import VERSION

__all__ = ["open_log"]

HEAD = re.compile(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO paintout \S+: ")  # of the first line
HEAD_BYTES = 128


def open_log(path: Path) -> None:
    """Write what happens to a file as well: to a new one, or behind what an earlier run has logged.

    raises  OutputError if it cannot be written, or is there already and no log of ours
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.exists() and not _is_log(path):
            problem = "is there already, and is no log of Paintout's"
            raise OutputError(problem, where=f"--log {path}", fix="choose another name")
        handler = logging.FileHandler(path, encoding="utf-8")
    except (OSError, ValueError) as error:
        raise OutputError(
            f"cannot be written ({getattr(error, 'strerror', None) or error})",
            where=f"--log {path}",
            fix="check space and permissions there, or choose another place",
        ) from error
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    logger = logging.getLogger("paintout")
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.info("paintout %s: %s", VERSION, " ".join(sys.argv))


def _is_log(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    return not head or HEAD.match(head) is not None
