"""A result's pictures as bits, to be compared with another's."""

from pathlib import Path

from vfxlib.io.exr import read_channels

__all__ = ["picture_bits"]


def picture_bits(folder: Path) -> dict[str, dict[str, bytes]]:
    """The bits of every channel of every clean.####.exr in a folder, by file and channel; one at least."""
    found = {}
    for path in sorted(folder.glob("clean.*.exr")):
        channels = read_channels(path, int(path.name.split(".")[1])).channels
        found[path.name] = {name: values.tobytes() for name, values in channels.items()}
    assert found, f"no pictures in {folder}"
    return found
