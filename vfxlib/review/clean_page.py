"""The page of a clean plate: which frames to look at and why, the frames themselves, curves, and what the job was."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vfxlib.colour.ocio import Colours
from vfxlib.io.atomic import write_text
from vfxlib.io.footage import Footage
from vfxlib.io.frames import format_frames
from vfxlib.layer_names import CONFIDENCE, MATTE, PROVENANCE_METHOD, Provenance
from vfxlib.review.curve import Curve, frame_curve
from vfxlib.review.facts import Facts
from vfxlib.review.false_colour import (
    METHODS,
    DisplayImage,
    confidence_overlay,
    outline_matte,
    provenance_overlay,
)
from vfxlib.review.fill_measures import MEASURED, FillMotion, PairMeasure, grain_ratio
from vfxlib.review.frame_confidence import LOW_CONFIDENCE, FrameConfidence, painted_share
from vfxlib.review.frame_view import FrameView, view_frame
from vfxlib.review.hatch import Pattern, hatch
from vfxlib.review.look_at import LookAt, frames_to_look_at
from vfxlib.review.page import Page, PageFinding, PageFrame, PageLayer, Verdict, render_page
from vfxlib.review.page_pictures import MOST_MARKED, PagePictures, clear_pictures, frames_at_once
from vfxlib.review.page_words import about, colour_words, confidence_legend, held_out_curves, left_out
from vfxlib.review.review_files import ReviewFiles

__all__ = ["write_clean_page"]

LAYERS = (CONFIDENCE, PROVENANCE_METHOD, *MEASURED)
LETTERS = {"pop": "P", "swim": "S", "low confidence": "L", "never seen": "U"}
PATTERNS: Mapping[int, Pattern] = {
    Provenance.REGISTERED_COPY: "",
    Provenance.FLOW_COPY: "dots",
    Provenance.SPATIAL: "slashes",
    Provenance.FITTED: "lines",
    Provenance.RESIDUAL: "uprights",
}
GOOD, MARGINAL = 0.75, 0.5  # share of the fill that other frames gave; as a verdict before the work has them
COLUMNS = (
    *("frame", "filled, px", "low confidence", "mean confidence", "painted"),
    *("change to next", "plate's", "slide, px", "grain"),
)


@dataclass
class _Seen:
    """What was measured on the way through the frames; a few numbers for each."""

    painted: dict[int, float] = field(default_factory=dict)
    matte: dict[int, float] = field(default_factory=dict)
    grain: dict[int, float] = field(default_factory=dict)
    pairs: list[PairMeasure] = field(default_factory=list)
    filled: dict[int, int] = field(default_factory=dict)  # number of provenance.method -> pixels
    motion: bool = False


def write_clean_page(
    files: ReviewFiles,
    output: Footage,
    plate: Footage,
    colours: Colours,
    confidences: Collection[FrameConfidence],
    *,
    title: str,
    subtitle: str,
    exposure: float = 0.0,
    keys: Collection[int] = (),
    facts: Facts | None = None,
) -> tuple[LookAt, ...]:
    """Write the page, and its pictures into the folder beside it; one frame is in memory at a time.

    files        of the review
    output       layered clean plate
    plate        what it was made from
    colours      of the plate
    confidences  of every frame that is shown
    title        head of the page
    subtitle     one line on what is shown
    exposure     stops
    keys         frames that an artist has given a matte of
    facts        of the job; None if there is none
    returns      what was found, worst first
    raises       PictureError, SequenceError, OutputError
    """
    by_frame = {each.number: each for each in sorted(confidences, key=lambda each: each.number)}
    frames = tuple(by_frame)
    worst = [each.number for each in sorted(by_frame.values(), key=lambda each: -each.low)[:MOST_MARKED] if each.low]
    at_once = set(frames_at_once(frames, {*worst, *keys}))
    pictures, seen, motion = PagePictures(files.pictures), _Seen(), FillMotion()
    clear_pictures(files.pictures)
    for number in frames:
        view = view_frame(output, plate, colours, number, LAYERS, exposure=exposure)
        _measure(number, view, seen, motion)
        if number in at_once:
            pictures.write(number, _pictures(view), view.aspect)
    header = plate.header(frames[0])
    size = (header.display.width, header.display.height)
    found = frames_to_look_at(list(by_frame.values()), seen.painted, seen.pairs, size)
    for number in list(dict.fromkeys(each.number for each in found))[:MOST_MARKED]:
        if number not in pictures.written:
            view = view_frame(output, plate, colours, number, LAYERS, exposure=exposure)
            pictures.write(number, _pictures(view), view.aspect)
    layers = _layers(set(output.header(frames[0]).channels))
    marked = _letters(found)
    page = Page(
        title=title,
        subtitle=subtitle,
        about=about(output, plate, colours, frames, facts or Facts()),
        verdict=_verdict(seen, by_frame.values()),
        summary=_summary(found, seen),
        findings=[
            PageFinding(each.kind, LETTERS[each.kind], each.number, format_frames(each.frames), each.words)
            for each in found
            if each.number in pictures.written
        ],
        layers=layers,
        frames=[
            PageFrame(number, _note(by_frame[number], number in keys), marked.get(number, ""))
            for number in sorted(pictures.written)
        ],
        left_out=left_out(len(pictures.written), len(frames)),
        shown=("clean", found[0].number if found else frames[0]),
        size=pictures.large,
        small=pictures.small,
        curves=_curves(by_frame, seen, frames, marked, facts or Facts()),
        columns=COLUMNS,
        rows=_rows(by_frame, seen),
        facts=facts or Facts(),
        folder=files.pictures.name,
        movies=[(mode, path.name) for mode, path in files.movies.items()],
        sheet=files.sheet.name,
        letters={letter: kind for kind, letter in LETTERS.items()},
    )
    write_text(files.page, render_page(page))
    return found


def _measure(number: int, view: FrameView, seen: _Seen, motion: FillMotion) -> None:
    pair = motion.add(number, view)
    if pair is not None:
        seen.pairs.append(pair)
    matte = view.data.get(MATTE)
    if matte is None:
        return
    seen.motion |= any(name in view.data for name in MEASURED[:2])
    seen.matte[number] = float((matte > 0).mean())
    seen.grain[number] = grain_ratio(view.result, view.plate, view.layer(MATTE))
    share = painted_share(view.data)
    if share is not None:
        seen.painted[number] = share
        methods, counts = np.unique(np.nan_to_num(view.data[PROVENANCE_METHOD][matte > 0]), return_counts=True)
        for method, count in zip(methods, counts, strict=True):
            seen.filled[int(method)] = seen.filled.get(int(method), 0) + int(count)


def _pictures(view: FrameView) -> dict[str, DisplayImage]:
    pictures = {"plate": view.plate, "clean": view.result}
    matte = view.layer(MATTE)
    if MATTE in view.data:
        pictures["matte"] = outline_matte(view.plate, matte)
    if CONFIDENCE in view.data:
        confidence = view.layer(CONFIDENCE)
        doubtful = (matte > 0) & (np.nan_to_num(confidence) < LOW_CONFIDENCE)
        pictures["confidence"] = hatch(confidence_overlay(view.result, confidence, matte), doubtful, "slashes")
    if PROVENANCE_METHOD in view.data:
        method = view.layer(PROVENANCE_METHOD)
        picture = provenance_overlay(view.result, method, matte)
        for number, pattern in PATTERNS.items():
            picture = hatch(picture, (matte > 0) & (np.round(np.nan_to_num(method)) == number), pattern)
        pictures["provenance"] = picture
    return pictures


def _layers(channels: Collection[str]) -> list[PageLayer]:
    methods = [(PATTERNS[number], colour_words(colour), words) for number, (words, colour) in METHODS.items()]
    layers = [PageLayer("plate", "plate", "The plate as it came.")]
    if MATTE in channels:
        layers.append(PageLayer("matte", "matte", "The plate with a line around what is removed."))
    layers.append(PageLayer("clean", "clean plate", "The result."))
    if CONFIDENCE in channels:
        layers.append(
            PageLayer("confidence", "confidence", "How sure the fill is; hatched where it is low.", confidence_legend())
        )
    if PROVENANCE_METHOD in channels:
        layers.append(PageLayer("provenance", "provenance", "Where the fill came from.", tuple(methods)))
    return layers


def _letters(found: Sequence[LookAt]) -> dict[int, str]:
    """What each frame is marked for: a stretch where it is seen best."""
    letters: dict[int, str] = {}
    for each in found:
        if LETTERS[each.kind] not in letters.setdefault(each.number, ""):
            letters[each.number] += LETTERS[each.kind]
    return letters


def _note(confidence: FrameConfidence, key: bool) -> str:
    low = "under 1" if 0 < confidence.low < 0.01 else f"{100 * confidence.low:.0f}"
    note = f"{low} % low" if confidence.filled else "untouched"
    return f"key, {note}" if key else note


def _summary(found: Sequence[LookAt], seen: _Seen) -> str:
    """What is to be looked at, and what was not looked for."""
    doubt = format_frames(sorted({each.number for each in found}))
    words = f"look at {doubt}" if found else "no frame is in doubt"
    untold = (
        ""
        if seen.motion or not seen.matte
        else "; the result has no motion layers, so a fill that slides is found only where it is plain"
    )
    return words + untold


def _verdict(seen: _Seen, confidences: Collection[FrameConfidence]) -> Verdict | None:
    """How much of the fill other frames gave, of all frames together."""
    pixels = sum(each.filled for each in confidences)
    if not pixels:
        return Verdict("nothing filled", "The result is the plate's on every frame.")
    low = sum(each.low * each.filled for each in confidences) / pixels
    doubt = f"{100 * low:.0f} % of it is of low confidence"
    if not seen.filled:
        return Verdict("not known", f"The result does not say where its fill came from; {doubt}.")
    total = sum(seen.filled.values())
    copied = sum(count for method, count in seen.filled.items() if 0 < method < Provenance.SPATIAL) / total
    word = "good" if copied >= GOOD else "marginal" if copied >= MARGINAL else "poor"
    shares = tuple(
        (words, PATTERNS[method], colour_words(colour), seen.filled[method] / total)
        for method, (words, colour) in METHODS.items()
        if seen.filled.get(method)
    )
    gave = f"Other frames gave {100 * copied:.0f} % of what was filled"
    return Verdict(word, f"{gave}, and {100 * (1 - copied):.0f} % was painted; {doubt}.", shares)


def _curves(
    by_frame: Mapping[int, FrameConfidence],
    seen: _Seen,
    frames: Sequence[int],
    marked: Mapping[int, str],
    facts: Facts,
) -> list[Curve]:
    mean = {number: each.mean for number, each in by_frame.items() if each.filled}
    fill, around, slide, rim = (
        {pair.first: float(getattr(pair, name)) for pair in seen.pairs} for name in ("fill", "around", "slide", "rim")
    )
    area = {number: 100 * share for number, share in seen.matte.items()}

    def curve(
        key: str, title: str, words: str, floor: float, series: Mapping[str, Mapping[int, float]]
    ) -> Curve | None:
        return frame_curve(key, title, words, series, frames, marked, floor=floor)

    change = "Warping error from each frame to the next, codes of 255; a peak is a pop."
    beside = "Motion of the fill beside its surroundings, px a frame; 0 sits still."
    grain = "Variance of the finest detail over the plate's around it; texture raises it, far below 1 is smooth."
    curves = (
        curve("confidence", "Confidence", "Mean over the fill; 1 is sure, below 0.5 is low.", 0.5, {"mean": mean}),
        curve("warping", "Change along the motion", change, 0.0, {"fill": fill, "plate around it": around}),
        curve("slide", "Slide", beside, 0.0, {"along the motion": slide, "at the rim": rim}),
        curve("grain", "Grain", grain, 1.0, {"ratio": seen.grain}),
        curve("area", "Matte", "Share of the picture that was filled, %.", 0.0, {"area": area}),
        *held_out_curves(facts),
    )
    return [each for each in curves if each is not None]


def _rows(by_frame: Mapping[int, FrameConfidence], seen: _Seen) -> list[tuple[str, ...]]:
    pairs = {pair.first: pair for pair in seen.pairs}
    rows = []
    for number, each in by_frame.items():
        if not each.filled:
            continue
        pair = pairs.get(number, PairMeasure(number, number + 1))
        painted = seen.painted.get(number)
        rows.append(
            (
                *(str(number), str(each.filled), f"{100 * each.low:.1f} %", f"{each.mean:.2f}"),
                "–" if painted is None else f"{100 * painted:.1f} %",
                *(_figure(value) for value in (pair.fill, pair.around, pair.slide, seen.grain.get(number, np.nan))),
            )
        )
    return rows


def _figure(value: float) -> str:
    return f"{value:.2f}" if np.isfinite(value) else "–"
