"""The page of a review: one HTML file beside its pictures, which asks nothing of a server and nothing of anybody else.

Jinja2 writes it, and escapes all that it is given: names of shots and files are text, whatever they hold.
"""

import base64
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from vfxlib.review.curve import HEIGHT, WIDTH, Curve
from vfxlib.review.facts import Facts
from vfxlib.version import VERSION

__all__ = ["GENERATOR", "Page", "PageFinding", "PageFrame", "PageLayer", "Verdict", "render_page", "unfinished_page"]

GENERATOR = '<meta name="generator" content="Paintout review">'  # by which a page is known as ours
_TEMPLATES = Path(__file__).with_name("templates")
_NO_TEXT = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")  # HTML has no way to say these


@dataclass(frozen=True)
class PageLayer:
    """A picture that each frame has.

    key     of its files: KEY.FRAME.png
    name    as people read it
    words   what is seen in it, a sentence
    legend  pattern or "", colour and meaning of what is drawn in it
    """

    key: str
    name: str
    words: str
    legend: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True)
class PageFinding:
    """Frames to look at.

    kind    what is wrong, a word or two
    letter  that marks it
    number  the frame where it is seen best
    frames  all of them, as people list them
    words   why
    """

    kind: str
    letter: str
    number: int
    frames: str
    words: str


@dataclass(frozen=True)
class PageFrame:
    """A frame of the strips and the viewer.

    number   the frame
    note     a few words on it
    letters  what it is marked for
    """

    number: int
    note: str
    letters: str = ""


@dataclass(frozen=True)
class Verdict:
    """The outcome in a sentence.

    word    good, marginal, poor, ...
    words   what it rests on
    shares  name, pattern, colour and share of everything filled
    """

    word: str
    words: str
    shares: tuple[tuple[str, str, str, float], ...] = ()


@dataclass(frozen=True)
class Page:
    """What stands in a page.

    title     its head
    subtitle  one line on what is shown
    about     label and value
    verdict   None if there is none
    summary   a phrase on the frames to look at
    findings  worst first
    layers    of the viewer, from the plate on
    frames    that have pictures, in order
    left_out  what to say if not all have any; ""
    shown     layer and frame with which the viewer begins
    size      width and height of the viewer's pictures; and of the small ones
    curves    in the order in which they stand
    columns, rows  figures of each frame
    facts     of the job
    folder, sheet  names of what lies beside the page
    movies    name and file of each, the one that is looked at first before the others
    """

    title: str
    subtitle: str
    about: Sequence[tuple[str, str]]
    verdict: Verdict | None
    summary: str
    findings: Sequence[PageFinding]
    layers: Sequence[PageLayer]
    frames: Sequence[PageFrame]
    left_out: str
    shown: tuple[str, int]
    size: tuple[int, int]
    small: tuple[int, int]
    curves: Sequence[Curve]
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    facts: Facts
    folder: str
    movies: Sequence[tuple[str, str]]
    sheet: str
    letters: Mapping[str, str] = field(default_factory=dict)


def render_page(page: Page) -> str:
    """The page as HTML."""
    frames = [{"n": each.number, "note": each.note, "marks": each.letters} for each in page.frames]
    data = {
        "folder": page.folder,
        "frames": frames,
        "layers": [{"key": each.key, "name": each.name} for each in page.layers],
        "shown": list(page.shown),
    }
    return _render("page.html", page=page, data=data, svg=(WIDTH, HEIGHT))


def unfinished_page() -> str:
    """What stands in the page's place until everything beside it is made."""
    return _render("unfinished.html")


def _render(name: str, **values: object) -> str:
    style, script = (_source(each) for each in ("page.css", "page.js"))
    words = (
        _environment()
        .get_template(name)
        .render(
            **values,
            generator=Markup(GENERATOR),
            style=Markup(style),
            script=Markup(script),
            style_hash=_digest(style),
            script_hash=_digest(script),
            version=VERSION,
        )
    )
    return words if words.endswith("\n") else words + "\n"


@cache
def _environment() -> Environment:
    return Environment(
        loader=FileSystemLoader(_TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_as_text,
    )


def _as_text(value: object) -> object:
    """A name may hold bytes that are no text, and letters that no page can have."""
    return _NO_TEXT.sub("\N{REPLACEMENT CHARACTER}", value) if type(value) is str else value


@cache
def _source(name: str) -> str:
    return (_TEMPLATES / name).read_text(encoding="utf-8")


def _digest(words: str) -> str:
    """By which the page's own style and script are let in, and no other."""
    return "sha256-" + base64.b64encode(hashlib.sha256(words.encode()).digest()).decode()
