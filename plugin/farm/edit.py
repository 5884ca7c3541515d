"""The shots of an edit, by OpenTimelineIO: each clip's frames of its sequence of pictures."""

from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlparse

from vfxlib.errors import UsageError
from vfxlib.io.frames import format_frames
from vfxlib.io.relative_path import from_folder

__all__ = ["EDITS", "read_edit"]

EDITS = (".otio", ".otioz", ".otiod", ".edl", ".xml", ".fcpxml", ".aaf")  # all but the first three by adapters
EXTRA = "pip install 'paintout[otio]'"


def read_edit(path: Path) -> list[dict[str, str]]:
    """The clips of an edit as rows of a table of shots: name, plate and frames.

    A clip's frames are those that the cut uses. Relative names count from the edit's folder.

    raises  UsageError without the library, for what it cannot read, and for a clip without a sequence of pictures
    """
    try:
        import opentimelineio as otio
    except ImportError as error:
        raise UsageError("OpenTimelineIO is not installed", where=path, fix=EXTRA) from error
    try:
        edit = otio.adapters.read_from_file(str(path))
        clips = list(edit.find_clips())
    except (otio.exceptions.OTIOError, OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UsageError(f"is no edit that can be read ({error})", where=path, fix="save it as .otio") from error
    rows = []
    for clip in clips:
        pictures = clip.media_reference
        if not isinstance(pictures, otio.schema.ImageSequenceReference):
            fix = "link it to a sequence of pictures, or take it out of the edit"
            raise UsageError("has no sequence of pictures", where=f"{path}, clip {clip.name}", fix=fix)
        try:
            used = clip.trimmed_range()
            first, last = map(pictures.frame_for_time, (used.start_time, used.end_time_inclusive()))
        except ValueError as error:
            where, fix = f"{path}, clip {clip.name}", "see that the cut lies inside the pictures that are there"
            raise UsageError(f"uses frames that are not there ({error})", where=where, fix=fix) from error
        frames = format_frames(range(first, last + 1, pictures.frame_step))
        rows.append({"name": clip.name, "plate": _sequence(pictures, path.parent.absolute()), "frames": frames})
    return rows


def _sequence(pictures: Any, folder: Path) -> str:
    """The name of a sequence, with # for each digit of its frames; the folder may be an address of a file."""
    base = pictures.target_url_base
    there = unquote(urlparse(base).path) if base.startswith("file:") else base
    digits = "#" * max(1, pictures.frame_zero_padding)
    return from_folder(str(Path(there) / f"{pictures.name_prefix}{digits}{pictures.name_suffix}"), folder)
