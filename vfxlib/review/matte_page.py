"""The page of a carried matte: which frames to mend and why, the mattes of every frame, and what the job was."""

from collections.abc import Callable, Collection, Sequence

import numpy as np

from vfxlib.colour.ocio import Colours
from vfxlib.io.atomic import write_text
from vfxlib.io.footage import Footage
from vfxlib.io.frames import format_frames
from vfxlib.layer_names import CONFIDENCE, MATTE
from vfxlib.review.curve import frame_curve
from vfxlib.review.facts import Facts
from vfxlib.review.false_colour import DisplayImage
from vfxlib.review.frame_view import FrameView, view_frame
from vfxlib.review.matte_qc import KINDS, Finding
from vfxlib.review.matte_report import abbreviate_frames, group_by_frame
from vfxlib.review.page import Page, PageFinding, PageFrame, PageLayer, render_page
from vfxlib.review.page_pictures import MOST_MARKED, PagePictures, clear_pictures, frames_at_once
from vfxlib.review.page_words import about, confidence_legend, left_out
from vfxlib.review.review_files import ReviewFiles

__all__ = ["write_matte_page"]

LETTERS = dict(zip(KINDS, "CXLJPABU", strict=True))  # which kind of finding a frame is marked for
WORDS = {
    "plate": "The plate with a line around each object.",
    "matte": "What is removed: white.",
    "overlay": "Each object in a colour of its own, over the plate.",
    "confidence": "How sure the cut of the matte is.",
    "effect": "What the objects do to the picture around them: shadow, reflection.",
}


def write_matte_page(
    files: ReviewFiles,
    output: Footage,
    plate: Footage,
    colours: Colours,
    frames: Sequence[int],
    findings: Sequence[Finding] | None,
    *,
    layers: Collection[str],
    read: Collection[str],
    picture: Callable[[str, FrameView], DisplayImage],
    title: str,
    subtitle: str,
    exposure: float = 0.0,
    facts: Facts | None = None,
) -> None:
    """Write the page, and its pictures into the folder beside it; one frame is in memory at a time.

    files       of the review
    output      the plate with its data layers
    plate       what it was made from
    colours     of the plate
    frames      that are shown, in order
    findings    what the job's own report says, worst first; None if there is no report
    layers      names of the pictures, "plate" among them
    read        data layers that they need
    picture     ``(layer, view) -> [h w 3]`` draws one of them
    title       head of the page
    subtitle    one line on what is shown
    exposure    stops
    facts       of the job; None if there is none
    raises      PictureError, SequenceError, OutputError
    """
    found = [each for each in findings or () if each.number in frames]
    worst = list(group_by_frame(found))[:MOST_MARKED]
    shown = set(frames_at_once(frames, worst)) | set(worst)
    pictures = PagePictures(files.pictures)
    area: dict[int, float] = {}
    sure: dict[int, float] = {}
    clear_pictures(files.pictures)
    for number in frames:
        view = view_frame(output, plate, colours, number, read, exposure=exposure, read_picture=False)
        _measure(number, view, area, sure)
        if number in shown:
            pictures.write(number, {name: picture(name, view) for name in layers}, view.aspect)
    marked = {
        number: "".join(dict.fromkeys(LETTERS[each.kind] for each in of_frame))
        for number, of_frame in group_by_frame(found).items()
    }
    several = len({each.object for each in found if each.object}) > 1
    given = facts or Facts()
    mean = "Over the matte; below 0.5 is low."
    curves = (
        frame_curve("area", "Matte", "Share of the picture, %.", {"area": area}, frames, marked, floor=0.0),
        frame_curve("confidence", "Confidence", mean, {"mean": sure}, frames, marked, floor=0.5),
    )
    page = Page(
        title=title,
        subtitle=subtitle,
        about=about(output, plate, colours, frames, given),
        verdict=None,
        summary=_summary(findings),
        findings=[
            PageFinding(each.kind, LETTERS[each.kind], each.number, format_frames(each.frames), _words(each, several))
            for each in found
        ],
        layers=[
            PageLayer(name, name, WORDS[name], confidence_legend() if name == "confidence" else ()) for name in layers
        ],
        frames=[PageFrame(number, "", marked.get(number, "")) for number in sorted(pictures.written)],
        left_out=left_out(len(pictures.written), len(frames)),
        shown=("overlay" if "overlay" in layers else "plate", worst[0] if worst else frames[0]),
        size=pictures.large,
        small=pictures.small,
        curves=[each for each in curves if each is not None],
        columns=("frame", "matte", "mean confidence"),
        rows=[
            (str(number), f"{share:.2f} %", f"{sure[number]:.2f}" if number in sure else "–")
            for number, share in area.items()
        ],
        facts=given,
        folder=files.pictures.name,
        movies=[(mode, path.name) for mode, path in files.movies.items()],
        sheet=files.sheet.name,
        letters={letter: kind for kind, letter in LETTERS.items()},
    )
    write_text(files.page, render_page(page))


def _measure(number: int, view: FrameView, area: dict[int, float], sure: dict[int, float]) -> None:
    matte, confidence = view.data.get(MATTE), view.data.get(CONFIDENCE)
    if matte is None:
        return
    inside = np.nan_to_num(matte) > 0
    area[number] = 100 * float(inside.mean())
    if confidence is not None and inside.any():
        sure[number] = float(np.nan_to_num(confidence[inside]).mean(dtype=np.float64))


def _summary(findings: Sequence[Finding] | None) -> str:
    if findings is None:
        return "the job has left no report of the frames to look at"
    if findings:
        return f"look at {abbreviate_frames(group_by_frame(findings))}; a mended frame is a new key"
    return "no frame stands out"


def _words(finding: Finding, several: bool) -> str:
    which = f"object {finding.object}: " if several and finding.object else "all objects: " if several else ""
    return which + finding.words
