"""The page needs nothing but the files beside it, and says what it is given and no mark-up."""

import re
from html.parser import HTMLParser

import pytest

from tests.vfxlib.review.made_page import bare_page
from vfxlib.review.curve import frame_curve
from vfxlib.review.facts import Facts, HeldOut, NodeFacts, Parameter
from vfxlib.review.page import GENERATOR, PageFinding, PageFrame, PageLayer, Verdict, render_page, unfinished_page
from vfxlib.review.page_words import held_out_curves

MARK_UP = "</script><script>alert(1)</script>\"'><img src=x onerror=alert(2)>&amp;{{ 7 * 7 }}{% raw %}"
EVIL = MARK_UP + "../../etc\n\x00\udcff\u2028"
SHOWN = EVIL.replace("\x00", "\ufffd").replace("\udcff", "\ufffd")


class Reader(HTMLParser):
    """Tags with their attributes, and all text that is seen."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self._hidden = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self._hidden = tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden = False

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)

    def of(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.tags if name == tag]


def full(words: str = "words", **more: object):
    """A page with something in each of its places."""
    curve = frame_curve("area", words, words, {words: {1001: 1.0, 1002: 2.0}}, (1001, 1002), {1001: "P"})
    node = NodeFacts(words, words, (Parameter(words, words, True), Parameter(words, words, False)))
    facts = Facts(words, ((words, words),), (node,), (HeldOut(words, ((0.0, 20.0), (1.0, 21.0))),))
    return bare_page(
        **{
            "title": words,
            "subtitle": words,
            "about": [(words, words)],
            "verdict": Verdict(words, words, ((words, "dots", "#123456", 0.25), (words, "", "#654321", 0.75))),
            "summary": words,
            "findings": [PageFinding(words, "P", 1001, words, words)],
            "layers": [PageLayer("plate", words, words, (("dots", "#123456", words),))],
            "frames": [PageFrame(1001, words, "P"), PageFrame(1002, words)],
            "left_out": words,
            "shown": ("plate", 1001),
            "curves": [curve, *held_out_curves(facts)],
            "columns": [words],
            "rows": [[words]],
            "facts": facts,
            "letters": {"P": words},
            "movies": [(words, "review.mp4"), (words, "review_wipe.mp4")],
            **more,
        }
    )


def test_nothing_is_asked_for_but_what_lies_beside_it():
    page = render_page(full())
    reader = Reader(page)
    given = [a[name] for _, a in reader.tags for name in ("src", "href", "poster", "srcset", "action") if a.get(name)]
    beside = re.compile(r"#\w+|review(_wipe)?\.mp4|sheet\.png|review_frames/plate\.100[12](\.small)?\.png")
    assert given
    assert not [each for each in given if not beside.fullmatch(each)]
    assert "http" not in page.replace("http-equiv", "")
    (policy,) = (a["content"] for a in reader.of("meta") if a.get("http-equiv") == "Content-Security-Policy")
    assert policy.startswith("default-src 'none';")
    assert "unsafe" not in policy
    assert not [a for _, a in reader.tags if "style" in a or any(name.startswith("on") for name in a)]


def test_what_is_given_is_text_and_never_mark_up():
    plain, evil = Reader(render_page(full("words"))), Reader(render_page(full(EVIL)))
    assert [tag for tag, _ in plain.tags] == [tag for tag, _ in evil.tags]
    assert "".join(evil.words).count(SHOWN) == "".join(plain.words).count("words")
    render_page(full(EVIL)).encode()


def test_a_page_is_known_as_ours_by_its_first_bytes():
    for page in (render_page(bare_page()), unfinished_page()):
        assert GENERATOR in page[:512]


def test_pictures_and_curves_are_told_in_words_and_everything_that_is_set_has_a_label():
    reader = Reader(render_page(full()))
    assert all(picture["alt"] for picture in reader.of("img"))
    told = [a for a in reader.of("svg") if a.get("role") == "img"]
    assert told
    names = {a.get("id") for _, a in reader.tags}
    assert all(set(a["aria-labelledby"].split()) <= names for a in told)
    assert all(a.get("role") == "img" or a.get("aria-hidden") == "true" for a in reader.of("svg"))
    assert reader.of("html") == [{"lang": "en"}]


def test_a_name_stands_once():
    names = [a["id"] for _, a in Reader(render_page(full())).tags if "id" in a]
    assert len(names) == len(set(names))


def test_a_page_without_anything_to_tell_has_no_empty_parts():
    words = "".join(Reader(render_page(bare_page())).words)
    assert "Verdict" not in words
    assert "Curves" not in words
    assert "Figures" not in words
    assert "next marked" not in words


@pytest.mark.parametrize("count", [1, 100])
def test_every_frame_has_its_strip(count):
    frames = [PageFrame(n, "") for n in range(1001, 1001 + count)]
    ids = [a["id"] for a in Reader(render_page(bare_page(frames=frames))).of("li") if "id" in a]
    assert ids == [f"f{each.number}" for each in frames]
