"""What a person looks at to judge a result: a movie side by side, a contact sheet, the frames to check first."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from html import escape
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vfxlib.box import Box
from vfxlib.colour import Colours, as_float
from vfxlib.errors import SequenceError
from vfxlib.falsecolour import confidence_shown, matte_shown, outlined, provenance_shown
from vfxlib.files import write_text
from vfxlib.footage import Footage, rgb, rgb_names
from vfxlib.frames import format_frames
from vfxlib.movie import write_movie
from vfxlib.picture import Array, FileColour, Header, LinearColour, Picture, RawFrame
from vfxlib.sheet import Row, contact_sheet, lettered_bar, thumbnail, write_png
from vfxlib.windows import cover

__all__ = ["Review", "Trust", "make_review", "review_frames"]

Shown = NDArray[np.uint8]

LOW = 0.5  # confidence below this is low, design 1
WORRYING = 0.05  # share of low pixels from which a frame is marked
WIDEST = 2048  # pixels of one half of the movie; H.264 decoders end at 4096
SMALL = 640  # pixels of a picture that waits for the contact sheet
ROWS = 8  # frames of the contact sheet
COLUMNS = {  # of the contact sheet, with the layer that each needs
    "plate": "",
    "matte": "matte.A",
    "clean plate": "",
    "confidence": "confidence.A",
    "provenance": "provenance.method",
}


@dataclass(frozen=True)
class Trust:
    """How far the fill of a frame can be trusted.

    number   the frame
    filled   pixels that were filled
    low      share of them with a confidence below 0.5
    mean     their mean confidence; 1 if none was filled
    methods  numbers of provenance.method that occur
    """

    number: int
    filled: int
    low: float
    mean: float
    methods: frozenset[int]


@dataclass(frozen=True)
class Review:
    """What was made.

    movie, sheet, page  files
    trust               every frame, the least trusted first
    """

    movie: Path
    sheet: Path
    page: Path
    trust: tuple[Trust, ...]


@dataclass(frozen=True)
class _Look:
    """One frame to look at, over the display window; a large one made smaller.

    plate, clean  [h w 3]  display
    data          name -> [h w]  the data layers that the output has
    trust         measured on every pixel
    """

    plate: Shown
    clean: Shown
    data: dict[str, Array]
    trust: Trust

    @property
    def matte(self) -> Array:
        return self.data.get("matte.A", np.zeros(self.plate.shape[:2], np.float32))


def make_review(
    output: Footage,
    plate: Footage,
    colours: Colours,
    out_dir: Path,
    *,
    rate: Fraction | None = None,
    exposure: float = 0.0,
    outline: bool = True,
    title: str = "clean plate",
) -> Review:
    """Make a movie, a contact sheet and a page of the frames that output and plate both have.

    output    layered clean plate, channels of design 6; whatever it lacks is left out
    plate     what it was made from
    colours   of the plate
    out_dir   gets review.mp4, sheet.png and review.html
    rate      frames a second; None: framesPerSecond of the plate's header, else 24
    exposure  stops
    outline   True draws a line around the matte on the plate's side of the movie
    title     head of sheet and page
    raises    SequenceError if they have no frame in common; PictureError, OutputError
    """
    frames = tuple(sorted(set(output.frames) & set(plate.frames)))
    if not frames:
        raise SequenceError(
            "output and plate have no frame in common", where=output.spelling, fix=f"compare it with {plate.spelling}"
        )
    header = plate.header(frames[0])
    movie, sheet, page = out_dir / "review.mp4", out_dir / "sheet.png", out_dir / "review.html"
    trust: list[Trust] = []
    write_movie(
        movie,
        review_frames(output, plate, colours, frames, exposure=exposure, outline=outline, trust=trust),
        rate or _rate(header),
    )
    trust.sort(key=lambda t: (-t.low, t.mean, t.number))
    shown = _chosen(frames, trust[0].number)
    by_number = {t.number: t for t in trust}
    layers = output.header(frames[0]).channels
    columns = [name for name, layer in COLUMNS.items() if not layer or layer in layers]
    rows = [_row(_look(output, plate, colours, n, exposure), by_number[n], header.aspect, columns) for n in shown]
    about = "  ·  ".join(
        (
            f"{format_frames(frames)}",
            f"{header.display.width}x{header.display.height}",
            colours.file,
            f"seen through {colours.view[0]}, {colours.view[1]}",
        )
    )
    methods = frozenset[int]().union(*(t.methods for t in trust))
    write_png(sheet, contact_sheet(columns, rows, title=title, subtitle=about, methods=methods))
    write_text(page, _page(title, about, trust))
    return Review(movie, sheet, page, tuple(trust))


def review_frames(
    output: Footage,
    plate: Footage,
    colours: Colours,
    frames: tuple[int, ...],
    *,
    exposure: float = 0.0,
    outline: bool = True,
    trust: list[Trust] | None = None,
) -> Iterator[Shown]:
    """The frames of the movie, plate at the left, clean plate at the right; one in memory at a time.

    trust    is given what is found out about each frame on the way
    returns  [h w 3]  display; even width and height
    """
    for number in frames:
        look = _look(output, plate, colours, number, exposure)
        if trust is not None:
            trust.append(look.trust)
        left = outlined(look.plate, look.matte) if outline else look.plate
        aspect = plate.header(number).aspect
        width = min(WIDEST, round(left.shape[1] * aspect)) // 2 * 2
        pictures = np.concatenate([thumbnail(picture, width, aspect) for picture in (left, look.clean)], axis=1)
        height = max(24, pictures.shape[0] // 20)
        height += (pictures.shape[0] + height) % 2
        words = ((0.25, "plate", False), (0.5, str(number), True), (0.75, "clean plate", False))
        yield np.concatenate([pictures, lettered_bar(2 * width, height, words)])


def _look(output: Footage, plate: Footage, colours: Colours, number: int, exposure: float) -> _Look:
    before = plate.read(number, set(rgb_names(plate.header(number))))
    written = output.header(number)
    layers = {layer for layer in COLUMNS.values() if layer in written.channels}
    after = output.read(number, layers | set(rgb_names(written)))
    display = before.header.display
    step = -(-display.width // WIDEST)  # a view takes long, so no more pixels go through it than are shown
    sources = (colours.to_linear(_encoded(before)), colours.from_output(_encoded(after)))
    plain, clean = (colours.display(_smaller(light, display, step), exposure) for light in sources)
    data = {name: cover(as_float(after.channels[name]), written.data, display) for name in layers}
    trust = _trust(number, data)
    return _Look(plain, clean, {name: layer[::step, ::step] for name, layer in data.items()}, trust)


def _encoded(raw: RawFrame) -> Picture[FileColour]:
    return Picture(as_float(rgb(raw)), raw.header.data)


def _smaller(light: Picture[LinearColour], display: Box, step: int) -> Picture[LinearColour]:
    """The mean light of every ``step`` x ``step`` pixels of the display window."""
    pixels = cover(light.pixels, light.window, display)
    if step > 1:
        even = np.pad(pixels, ((0, -display.height % step), (0, -display.width % step), (0, 0)), mode="edge")
        height, width = even.shape[0] // step, even.shape[1] // step
        pixels = even.reshape(height, step, width, step, 3).mean(axis=(1, 3))
    return Picture(pixels, Box(0, 0, pixels.shape[1], pixels.shape[0]))


def _trust(number: int, data: Mapping[str, Array]) -> Trust:
    matte, confidence, method = (data.get(name) for name in ("matte.A", "confidence.A", "provenance.method"))
    if matte is None or not (matte > 0).any():
        return Trust(number, 0, 0.0, 1.0, frozenset())
    hole = matte > 0
    methods = frozenset(int(m) for m in np.unique(method[hole])) if method is not None else frozenset[int]()
    values = np.nan_to_num(confidence[hole]) if confidence is not None else np.ones(1, np.float32)
    low, mean = float((values < LOW).mean()), float(values.mean(dtype=np.float64))
    return Trust(number, int(np.count_nonzero(hole)), low, mean, methods)


def _chosen(frames: tuple[int, ...], worst: int) -> list[int]:
    """Frames spread over the shot, and the least trusted one in place of its nearest neighbour."""
    if len(frames) <= ROWS:
        return list(frames)
    spread = {frames[round(i * (len(frames) - 1) / (ROWS - 1))] for i in range(ROWS)}
    return sorted(spread - {min(spread, key=lambda n: abs(n - worst))} | {worst})


def _row(look: _Look, trust: Trust, aspect: float, columns: list[str]) -> Row:
    width = min(SMALL, max(1, round(look.plate.shape[1] * aspect)))
    cells = [thumbnail(_cell(name, look), width, aspect) for name in columns]
    low = "under 1" if 0 < trust.low < 0.01 else f"{100 * trust.low:.0f}"
    note = f"{low} % low" if trust.filled else "untouched"
    return Row(str(trust.number), cells, note, warning=trust.low > WORRYING)


def _cell(column: str, look: _Look) -> Shown:
    match column:
        case "matte":
            return matte_shown(look.plate, look.matte)
        case "confidence":
            return confidence_shown(look.clean, look.data["confidence.A"], look.matte)
        case "provenance":
            return provenance_shown(look.clean, look.data["provenance.method"], look.matte)
        case "clean plate":
            return look.clean
        case _:
            return look.plate


def _rate(header: Header) -> Fraction:
    """Frames a second by the header, 24 if it says nothing sensible."""
    value = header.attributes.get("framesPerSecond")
    if isinstance(value, Fraction | int | float) and 0 < value <= 240:
        return Fraction(value).limit_denominator(1001)
    return Fraction(24)


_STYLE = (
    "body{background:#1a1a1a;color:#bebebe;font:15px/1.5 sans-serif;margin:2em auto;max-width:1200px;padding:0 1em}"
    "h1{color:#ebebeb;font-weight:500}video,img{width:100%}td,th{padding:.15em 1.2em .15em 0;text-align:right}"
    "th{color:#808080;font-weight:400}.low{color:#f0825a}"
)


def _page(title: str, about: str, trust: list[Trust]) -> str:
    """A page that needs nothing but the files beside it."""
    lines = [
        f"<tr{' class=low' if t.low > WORRYING else ''}><td>{t.number}</td><td>{t.filled}</td>"
        f"<td>{100 * t.low:.1f} %</td><td>{t.mean:.2f}</td></tr>"
        for t in trust
        if t.filled
    ]
    doubtful = format_frames(t.number for t in trust if t.low > WORRYING)
    table = "<tr><th>frame</th><th>pixels filled</th><th>of low confidence</th><th>mean confidence</th></tr>"
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>\n'
        f"<h1>{escape(title)}</h1>\n<p>{escape(about)}</p>\n"
        '<video src="review.mp4" controls loop muted></video>\n<img src="sheet.png" alt="contact sheet">\n'
        f"<h2>Least trusted first</h2>\n<p>{f'look at {doubtful}' if doubtful else 'no frame is in doubt'}</p>\n"
        f"<table>{table}\n" + "\n".join(lines) + "\n</table></html>\n"
    )
