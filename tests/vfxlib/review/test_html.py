"""The page needs nothing but the files beside it, and says what it is given and no mark-up."""

from html.parser import HTMLParser

import pytest

from vfxlib.review.html import TableRow, review_page


class Reader(HTMLParser):
    """Tags with their attributes, and the text of each table cell."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.cells: list[str] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)
        if self.tags and self.tags[-1][0] in ("td", "th") and data.strip():
            self.cells.append(data)


def read(rows: list[TableRow], **more: object) -> Reader:
    given: dict[str, object] = {
        "movie": "review.mp4",
        "sheet": "sheet.png",
        "heading": "Frames",
        "summary": "look at 1003",
        "columns": ("frame", "why"),
        **more,
    }
    reader = Reader()
    reader.feed(review_page("the title", "the subtitle", rows=rows, **given))
    return reader


def test_movie_and_sheet_are_the_only_files_that_it_needs() -> None:
    files = [values["src"] for tag, values in read([TableRow(("1", "x"))]).tags if "src" in values]
    assert files == ["review.mp4", "sheet.png"]


def test_every_cell_stands_in_the_table_under_its_caption() -> None:
    reader = read([TableRow(("1001", "lost")), TableRow(("1002", "back"))])
    assert reader.cells == ["frame", "why", "1001", "lost", "1002", "back"]
    assert {"the title", "the subtitle", "Frames", "look at 1003"} <= {words.strip() for words in reader.words}


def test_a_row_that_warns_is_marked_and_the_others_are_not() -> None:
    rows = [values for tag, values in read([TableRow(("1", "a"), True), TableRow(("2", "b"))]).tags if tag == "tr"]
    assert [values.get("class") for values in rows] == [None, "low", None]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_columns_of_words_are_counted_from_the_right(count: int) -> None:
    tags = read([TableRow(("1", "a"))], text_columns=count).tags
    classes = [values.get("class") for tag, values in tags if tag == "td"]
    assert classes == [None] * (2 - count) + ["words"] * count


def test_without_rows_there_is_no_table() -> None:
    assert "table" not in {tag for tag, _ in read([]).tags}


def test_what_is_given_is_text_and_never_mark_up() -> None:
    evil = '<script>alert(1)</script> & "more"'
    reader = read([TableRow(("1", evil))], heading=evil, summary=evil)
    assert "script" not in {tag for tag, _ in reader.tags}
    assert "".join(reader.words).count(evil) == 3


def test_a_title_that_is_no_text_is_written_all_the_same() -> None:
    page = review_page(
        "a\udcffb", "", movie="m", sheet="s", heading="h", summary="", columns=("frame",), rows=[TableRow(("1",))]
    )
    assert "a?b" in page.encode().decode()
