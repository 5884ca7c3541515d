"""The report on a carried matte: the frames to look at as JSON, and as a contact sheet."""

import json
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vfxlib.errors import InputError, UsageError
from vfxlib.image.picture import Array
from vfxlib.io.atomic import write_text
from vfxlib.io.frames import format_frames, parse_frames
from vfxlib.io.json_file import read_json
from vfxlib.io.os_errors import reading
from vfxlib.io.png import write_png
from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.review.contact_sheet import Row, contact_sheet, thumbnail
from vfxlib.review.false_colour import DisplayImage, greyscale, matte_confidence_overlay, object_colour, object_overlay
from vfxlib.review.frame_view import THUMBNAIL_WIDTH
from vfxlib.review.matte_qc import KINDS, Finding, FrameStats

__all__ = [
    "REPORT",
    "SHEET",
    "MatteThumbnail",
    "abbreviate_frames",
    "describe_findings",
    "group_by_frame",
    "read_report",
    "write_report",
]

REPORT, SHEET = "report.json", "report.png"
FORMAT = 1  # grows when an old report can no longer be read as it stands
ROWS = 16  # frames of the sheet
MOST_RUNS = 24  # single frames, or runs of them, that a list names

COLUMNS = ("the frame before", "this frame", "matte", "confidence")


@dataclass(frozen=True)
class MatteThumbnail:
    """A frame for the sheet; all of one size.

    plate       [h w 3]  display
    matte       [h w]    0..1
    confidence  [h w]    0..1
    index       [h w]    number of the object, 0 where there is none; None takes the matte at 0.5 for object 1
    """

    plate: DisplayImage
    matte: Array
    confidence: Array
    index: NDArray[np.generic] | None = None

    def overlay(self) -> DisplayImage:
        """The matte over the plate, a colour for each object."""
        index = self.matte >= OBJECT_THRESHOLD if self.index is None else self.index
        return object_overlay(self.plate, self.matte, index.astype(np.float32))


def write_report(
    folder: Path,
    findings: Sequence[Finding],
    stats: Mapping[int, Sequence[FrameStats]],
    read_thumbnail: Callable[[int], MatteThumbnail],
    *,
    aspect: float = 1.0,
) -> None:
    """Write report.json and report.png.

    folder          gets both
    findings        worst first, as ``check_carried_matte`` gives them
    stats           object -> its frames; what the findings were made from
    read_thumbnail  is asked for the frames to look at and for those before them, one at a time
    aspect          pixel aspect ratio of the thumbnails
    raises          OutputError if the place cannot be written
    """
    numbers = sorted({frame.number for frames in stats.values() for frame in frames})
    values = {
        "paintout": FORMAT,
        "look_at": list(group_by_frame(findings)),
        "findings": [{**asdict(finding), "frames": format_frames(finding.frames)} for finding in findings],
        # the key is in files that exist
        "told": {str(number): [_without_nan(asdict(frame)) for frame in frames] for number, frames in stats.items()},
    }
    write_text(folder / REPORT, json.dumps(values, indent=1, allow_nan=False) + "\n")
    write_png(folder / SHEET, _sheet(findings, sorted(stats), numbers, read_thumbnail, aspect))


def read_report(path: Path) -> tuple[Finding, ...]:
    """The findings of a report, worst first.

    raises  InputError if it cannot be read or is no report
    """
    fix = "remove it and run the job again"
    try:
        with reading(path, InputError, fix):
            values = read_json(path)
        if values["paintout"] != FORMAT:
            raise ValueError
        return tuple(_read(each) for each in values["findings"])
    except (ValueError, TypeError, KeyError, OverflowError, UsageError) as error:
        raise InputError("is no report of a carried matte", where=path, fix=fix) from error


def _read(values: Mapping[str, Any]) -> Finding:
    kind = str(values["kind"])
    if kind not in KINDS:
        raise ValueError(kind)
    frames = parse_frames(str(values["frames"]))
    return Finding(int(values["number"]), int(values["object"]), kind, str(values["words"]), frames)


def group_by_frame(findings: Iterable[Finding]) -> dict[int, list[Finding]]:
    """The frames to look at, worst first, with what was found on each."""
    frames: dict[int, list[Finding]] = {}
    for finding in findings:
        frames.setdefault(finding.number, []).append(finding)
    return frames


def abbreviate_frames(frames: Iterable[int]) -> str:
    """Frames as people list them, in order: 1003, 1010-1014, 1020; the long list ends after some."""
    runs: list[list[int]] = []
    for number in sorted(set(frames)):
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    lists = [format_frames(run) for run in runs]
    rest = sum(len(run) for run in runs[MOST_RUNS:])
    return ", ".join(lists[:MOST_RUNS]) + (f" and {rest} more" if rest else "")


def describe_findings(findings: Iterable[Finding], several: bool) -> list[str]:
    """Findings in words, those of one wording together.

    several  True to name the objects
    """
    objects_of: dict[tuple[str, str], list[int]] = {}
    for finding in findings:
        objects_of.setdefault((finding.kind, finding.words), []).append(finding.object)

    def suffix(objects: list[int]) -> str:
        numbers = [str(number) for number in objects if number]
        return f" (object{'s' if len(numbers) > 1 else ''} {', '.join(numbers)})" if several and numbers else ""

    return [f"{kind}{suffix(objects)}: {words}" for (kind, words), objects in objects_of.items()]


def _without_nan(values: dict[str, Any]) -> dict[str, Any]:
    """JSON knows no NaN."""
    return {name: None if isinstance(v, float) and not math.isfinite(v) else v for name, v in values.items()}


def _sheet(
    findings: Sequence[Finding],
    objects: Sequence[int],
    numbers: Sequence[int],
    read_thumbnail: Callable[[int], MatteThumbnail],
    aspect: float,
) -> DisplayImage:
    frames = group_by_frame(findings)
    if not frames:
        return contact_sheet(COLUMNS, [], title="Nothing stands out", subtitle=f"frames {format_frames(numbers)}")
    some = f", the {ROWS} worst of them" if len(frames) > ROWS else ""
    rows = []
    for number in list(frames)[:ROWS]:
        index = numbers.index(number) if number in numbers else 0
        before = read_thumbnail(numbers[index - 1]) if index > 0 else None
        rows.append(_row(number, before, read_thumbnail(number), frames[number], len(objects) > 1, aspect))
    legend = [(f"object {number}", object_colour(number)) for number in objects] if len(objects) > 1 else []
    title = f"{len(frames)} {'frame' if len(frames) == 1 else 'frames'} to look at"
    subtitle = (
        f"of {format_frames(numbers)}: {abbreviate_frames(frames)}{some}; worst first; a mended frame is a new key"
    )
    return contact_sheet(COLUMNS, rows, title=title, subtitle=subtitle, legend=legend)


def _row(
    number: int,
    before: MatteThumbnail | None,
    this: MatteThumbnail,
    findings: Sequence[Finding],
    several: bool,
    aspect: float,
) -> Row:
    pictures = (
        before.overlay() if before is not None else np.zeros_like(this.plate),
        this.overlay(),
        greyscale(this.matte),
        matte_confidence_overlay(this.plate, this.confidence, this.matte),
    )
    width = min(THUMBNAIL_WIDTH, max(1, round(float(this.plate.shape[1]) * aspect)))
    kinds = "\n".join(dict.fromkeys(finding.kind for finding in findings))
    cells = [thumbnail(picture, width, aspect) for picture in pictures]
    return Row(str(number), cells, kinds, True, describe_findings(findings, several))
