"""What a page links or shows is there, and the figures that the README quotes are those of the tables it links."""

import re

import pytest

from tests.places import ROOT

PAGES = [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")), ROOT / "demo" / "README.md"]
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"(?P<picture>!?)\[(?P<words>[^]]*)\]\((?P<target>[^)\s]+)\)")


def name(page):
    return page.relative_to(ROOT).as_posix()


def links(page):
    """Pictures and links of a page, those in examples left out."""
    return [match.groupdict() for match in LINK.finditer(CODE.sub("", page.read_text(encoding="utf-8")))]


def anchors(page):
    """What a page's headings are called in a link, as GitHub makes it."""
    headings = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_what_a_page_links_is_there(page):
    missing = []
    for link in links(page):
        place, _, anchor = link["target"].partition("#")
        if "://" in place:
            continue
        target = (page.parent / place).resolve() if place else page
        inside = target.is_relative_to(ROOT)
        if not inside or not target.is_file() or (anchor and anchor not in anchors(target)):
            missing.append(link["target"])
    assert missing == []


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_a_picture_says_in_words_what_it_shows(page):
    assert [link["target"] for link in links(page) if link["picture"] and len(link["words"].split()) < 4] == []


def test_every_page_and_picture_in_docs_is_linked_by_another():
    linked = {(page.parent / link["target"].partition("#")[0]).resolve() for page in PAGES for link in links(page)}
    there = [path for path in (ROOT / "docs").rglob("*") if path.suffix in (".md", ".png")]
    assert [name(path) for path in there if path not in linked] == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) < 120


def table(page):
    """The rows of a page's tables by what they are about: the first row that begins so."""
    rows = {}
    for line in page.read_text(encoding="utf-8").splitlines():
        if line.startswith("| "):
            first, *cells = (cell.strip() for cell in line.strip("| ").split("|"))
            rows.setdefault(first, cells)
    return rows


def test_figures_that_the_readme_quotes_are_those_of_the_table_that_it_links():
    quoted, measured = table(ROOT / "README.md"), table(ROOT / "docs" / "clean-plate.md")
    places = [measured["set"].index(word) for word in ("telea", "median", "hmedian", "copy", "clean draft")]
    about = [first for first in quoted if first in measured and first != "set"]
    assert len(about) == 7
    for first in about:
        assert quoted[first] == [measured[first][place] for place in places], first
