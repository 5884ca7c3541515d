"""The page of a review: the movie, the contact sheet and a table, in a file that needs only those beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

__all__ = ["GENERATOR", "TableRow", "review_page", "unfinished_page"]

GENERATOR = '<meta name="generator" content="Paintout review">'  # by which a page is known as ours

_STYLE = (
    "body{background:#1a1a1a;color:#bebebe;font:15px/1.5 sans-serif;margin:2em auto;max-width:1200px;padding:0 1em}"
    "h1{color:#ebebeb;font-weight:500}video,img{width:100%}td,th{padding:.15em 1.2em .15em 0;text-align:right}"
    "th{color:#808080;font-weight:400}.low{color:#f0825a}.words{text-align:left}"
)


@dataclass(frozen=True)
class TableRow:
    """A line of the table.

    cells    what stands in it
    warning  True if it should be seen at once
    """

    cells: Sequence[str]
    warning: bool = False


def review_page(
    title: str,
    subtitle: str,
    *,
    movie: str,
    sheet: str,
    heading: str,
    summary: str,
    columns: Sequence[str],
    rows: Sequence[TableRow],
    text_columns: int = 0,
) -> str:
    """The page as HTML.

    movie, sheet  files in the page's own folder
    heading       of the table
    summary       a phrase above it
    columns       captions of the table, which is left out if there are no rows
    text_columns  how many columns, counted from the right, hold words and not figures
    """

    def cell(tag: str, column: int, text: str) -> str:
        style = " class=words" if column >= len(columns) - text_columns else ""
        return f"<{tag}{style}>{escape(text)}</{tag}>"

    lines = ["<tr>" + "".join(cell("th", column, text) for column, text in enumerate(columns)) + "</tr>"]
    for row in rows:
        cells = "".join(cell("td", column, text) for column, text in enumerate(row.cells))
        lines.append(f"<tr{' class=low' if row.warning else ''}>{cells}</tr>")
    table = "<table>" + "\n".join(lines) + "\n</table>" if rows else ""
    page = (
        f"{_head(title)}<h1>{escape(title)}</h1>\n<p>{escape(subtitle)}</p>\n"
        f'<video src="{movie}" controls loop muted></video>\n<img src="{sheet}" alt="contact sheet">\n'
        f"<h2>{escape(heading)}</h2>\n<p>{escape(summary)}</p>\n{table}</html>\n"
    )
    return page.encode("utf-8", "replace").decode()  # a title from the shell may hold bytes that are no text


def unfinished_page() -> str:
    """What stands in the page's place until movie and sheet are made."""
    return f"{_head('review')}<p>This review is being made, or was stopped: then make it again.</p></html>\n"


def _head(title: str) -> str:
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8">{GENERATOR}'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>\n"
    )
