"""Fingerprints as the files have them, read anew each time."""

from pathlib import Path

from vfxlib.pipeline.fingerprint import read_fingerprint

__all__ = ["PlainFingerprints"]


class PlainFingerprints:
    """Remembers nothing but what it was told of."""

    def __init__(self) -> None:
        self.told: list[tuple[Path, str]] = []

    def fingerprint(self, path: Path) -> str | None:
        """As the file has it."""
        return read_fingerprint(path)

    def wrote(self, path: Path, fingerprint: str) -> None:
        """A file was just written."""
        self.told.append((path, fingerprint))
