"""What a version holds: the frames, what a person looks at, and what tells where all of it came from."""

import datetime
import errno
import hashlib
import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nodes.engine.named import named
from plugin.publish.frame_facts import FrameFacts
from plugin.publish.report import Report
from plugin.version import versions
from vfxlib.errors import OutputError, PictureError
from vfxlib.io.atomic import write_text
from vfxlib.io.footage import file_digest, open_footage
from vfxlib.io.open_file import open_binary
from vfxlib.io.os_errors import writing
from vfxlib.io.png import write_png
from vfxlib.progress import Progress
from vfxlib.review.contact_sheet import thumbnail
from vfxlib.review.frame_view import view_frame

__all__ = ["Made", "extract_frames", "extract_looks", "write_manifest"]

BLOCK = 1 << 22
WIDE = 480  # pixels of a thumbnail
NO_LINK = (errno.EXDEV, errno.EPERM, errno.EMLINK, errno.ENOTSUP)  # another disk, or one that has no links


@dataclass(frozen=True)
class Made:
    """A file of a version.

    path    from the version's folder
    size    bytes
    digest  SHA-256
    """

    path: str
    size: int
    digest: str


def extract_frames(report: Report, folder: Path, link: bool, progress: Progress) -> list[Made]:
    """The result's frames, bit for bit as they were looked over.

    folder  that they go to
    link    True makes hard links where the disk allows it, which takes no room
    raises  PictureError if a frame is no longer what was looked over, OutputError if the folder cannot be written
    """
    progress.begin("publish/frames", len(report.facts))
    made = []
    for facts in report.facts:
        source = Path(facts.path)
        digest = _carried(source, folder / source.name, link)
        if digest != facts.digest:
            raise _changed(facts)
        made.append(Made(source.name, facts.size, digest))
        progress.advance()
    return made


def _changed(facts: FrameFacts) -> PictureError:
    return PictureError("was changed while it was published", where=facts.path, fix="publish again")


def _carried(source: Path, target: Path, link: bool) -> str:
    """Link or copy a file; SHA-256 of what is there afterwards."""
    if link:
        try:
            os.link(source, target)
            return file_digest(target)
        except OSError as error:
            if error.errno not in NO_LINK:
                raise OutputError(
                    f"cannot be linked ({error.strerror})", where=target, fix="leave --link out"
                ) from error
    digest = hashlib.sha256()
    with open_binary(source) as file, writing(target), open(target, "xb") as copy:
        while block := file.read(BLOCK):
            digest.update(block)
            copy.write(block)
        copy.flush()
        os.fsync(copy.fileno())
    with writing(target):
        shutil.copystat(source, target)
    return digest.hexdigest()


def extract_looks(report: Report, folder: Path, title: str) -> list[Made]:
    """What a person looks at: the node's own review with all that lies beside its page, and a thumbnail of the frame
    in the middle.

    folder  of the version, in which the frames are already
    title   head of sheet and page
    raises  OutputError, PictureError as the review does
    """
    job, shot = report.job, report.opened.shot
    output = open_footage(str(folder / Path(job.output.out).name))
    looks = folder / "review"
    named(job.nodes[-1].node.review)(job, output, shot.plate, shot.colours, looks, title)
    files = sorted(path for path in looks.rglob("*") if path.is_file())
    middle = shot.frames[len(shot.frames) // 2]
    view = view_frame(output, shot.plate, shot.colours, middle, ())
    small = folder / "thumbnail.png"
    write_png(small, thumbnail(view.result, WIDE, view.aspect))
    return [_made(folder, path) for path in (*files, small)]


def _made(folder: Path, path: Path) -> Made:
    """A file of a version that is there."""
    return Made(path.relative_to(folder).as_posix(), path.stat().st_size, file_digest(path))


def write_manifest(report: Report, folder: Path, files: Sequence[Made], about: dict[str, str | int]) -> None:
    """The list of everything in a version, what it was made of and by what; and the report of its fidelity.

    about   shot, name and version
    raises  OutputError
    """
    fidelity, told = folder / "fidelity.json", report.to_mapping()
    _write(fidelity, told["fidelity"])
    manifest = {
        **about,
        "created": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "frames": told["frames"],
        "colour": report.colour,
        "source": report.job.output.out,
        "job": report.job.to_mapping(),
        "versions": versions().splitlines(),
        "fidelity": {name: told["fidelity"][name] for name in ("compared", "changed")},
        "warnings": [each["problem"] for check in told["checks"] for each in check["findings"]],
        "files": [
            {"path": each.path, "size": each.size, "sha256": each.digest} for each in (*files, _made(folder, fidelity))
        ],
    }
    _write(folder / "manifest.json", manifest)


def _write(path: Path, values: Any) -> None:
    write_text(path, json.dumps(values, indent=1, ensure_ascii=True, allow_nan=False) + "\n")
