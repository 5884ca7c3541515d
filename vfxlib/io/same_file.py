"""Whether two paths lead to one file, through links and mounts too (standard library only)."""

from pathlib import Path

__all__ = ["file_identity"]


def file_identity(path: Path) -> tuple[int, int] | None:
    """Device and inode of a file, the same by whatever way it is reached; None if there is none."""
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return found.st_dev, found.st_ino
