"""The weights that come with Paintout: where they lie, and their SHA-256 without torch (standard library only)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vfxlib.errors import WeightsError
from vfxlib.io.json_file import parse_json
from vfxlib.io.open_file import open_regular
from vfxlib.io.os_errors import reading

__all__ = [
    "FOLDER",
    "REINSTALL",
    "SHIPPED",
    "saying_how_to_mend",
    "shipped_digest",
    "shipped_file",
    "shipped_words",
    "weights_file",
]

FOLDER = Path(__file__).parents[1] / "shipped"  # each NAME.safetensors with its card, NAME.md, and its curve, NAME.png
REINSTALL = "install Paintout again; no node needs these weights: --start none and --completion carried go without"
SHIPPED = "shipped"  # the word for the file that comes with Paintout, where a file of weights may be given
LENGTH = 8  # bytes that say how long a safetensors header is
MOST_HEADER = 2**20  # bytes; none of ours has a hundredth of them


def shipped_file(name: str) -> Path:
    """Where a file of weights lies that comes with Paintout.

    name  of the file, with its ending
    """
    return FOLDER / name


def weights_file(words: str, name: str) -> Path:
    """The file of weights that is meant.

    words  a path, or ``SHIPPED``
    name   of the file that ``SHIPPED`` stands for, with its ending
    """
    return shipped_file(name) if words == SHIPPED else Path(words)


def shipped_digest(name: str) -> str:
    """SHA-256 of the weights in a file that comes with Paintout, as the file itself says it.

    Only its head is read; that the weights are what it says is seen where they are used.

    name    of the file, with its ending
    raises  WeightsError if the file is not there, or its head is damaged
    """
    path = shipped_file(name)
    with reading(path, WeightsError, REINSTALL), open_regular(path) as file:
        head = file.read(min(int.from_bytes(file.read(LENGTH), "little"), MOST_HEADER))
    try:
        return str(parse_json(head)["__metadata__"]["sha256"])
    except (KeyError, TypeError, ValueError) as error:
        raise WeightsError("is damaged: its head cannot be read", where=path, fix=REINSTALL) from error


@contextmanager
def saying_how_to_mend(path: Path) -> Iterator[None]:
    """Inside, an error of a file of weights says of one that comes with Paintout how to get it whole.

    path  of the file that is read inside
    """
    try:
        yield
    except WeightsError as error:
        if path.parent != FOLDER:
            raise
        raise WeightsError(error.problem, where=path, fix=REINSTALL) from error


def shipped_words(name: str) -> str:
    """A file of weights that comes with Paintout, as lists tell it: its name and SHA-256, or what is wrong with it."""
    try:
        return f"{name} {shipped_digest(name)}"
    except WeightsError as error:
        return f"{name} {error.problem}"
