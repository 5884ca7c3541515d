"""The page of a review: the movie, the contact sheet and a table, in a file that needs only those beside it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["Entry", "review_page"]

_STYLE = (
    "body{background:#1a1a1a;color:#bebebe;font:15px/1.5 sans-serif;margin:2em auto;max-width:1200px;padding:0 1em}"
    "h1{color:#ebebeb;font-weight:500}video,img{width:100%}td,th{padding:.15em 1.2em .15em 0;text-align:right}"
    "th{color:#808080;font-weight:400}.low{color:#f0825a}.words{text-align:left}"
)


@dataclass(frozen=True)
class Entry:
    """A line of the table.

    cells    what stands in it
    warning  True if it should be seen at once
    """

    cells: Sequence[str]
    warning: bool = False


def review_page(
    title: str,
    about: str,
    *,
    movie: str,
    sheet: str,
    heading: str,
    summary: str,
    columns: Sequence[str],
    entries: Sequence[Entry],
    words: int = 0,
) -> str:
    """The page as HTML.

    movie, sheet  files in the page's own folder
    heading       of the table
    summary       a phrase above it
    columns       captions of the table, which is left out if there are no entries
    words         how many columns, counted from the right, hold words and not figures
    """

    def cell(kind: str, place: int, text: str) -> str:
        kept = " class=words" if place >= len(columns) - words else ""
        return f"<{kind}{kept}>{escape(text)}</{kind}>"

    lines = ["<tr>" + "".join(cell("th", place, text) for place, text in enumerate(columns)) + "</tr>"]
    for entry in entries:
        cells = "".join(cell("td", place, text) for place, text in enumerate(entry.cells))
        lines.append(f"<tr{' class=low' if entry.warning else ''}>{cells}</tr>")
    table = "<table>" + "\n".join(lines) + "\n</table>" if entries else ""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>\n'
        f"<h1>{escape(title)}</h1>\n<p>{escape(about)}</p>\n"
        f'<video src="{movie}" controls loop muted></video>\n<img src="{sheet}" alt="contact sheet">\n'
        f"<h2>{escape(heading)}</h2>\n<p>{escape(summary)}</p>\n{table}</html>\n"
    )
