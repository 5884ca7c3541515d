"""The page of a carried matte names what is to be mended, and shows the mattes of every frame."""

import json
import re

from tests.vfxlib.review.test_matte import JUMPED, shot
from vfxlib.review.facts import Facts
from vfxlib.review.matte import make_matte_review
from vfxlib.review.matte_page import LETTERS
from vfxlib.review.matte_qc import KINDS


def test_every_kind_of_finding_has_a_letter_of_its_own():
    assert set(LETTERS) == set(KINDS)
    assert len(set(LETTERS.values())) == len(KINDS)


def test_a_frame_to_mend_is_marked_and_shown_first(tmp_path):
    output, plate, colours = shot(tmp_path, range(1001, 1005))
    facts = Facts("hero", (("Key", "1001"),))
    made = make_matte_review(output, plate, colours, tmp_path / "r", findings=[JUMPED], facts=facts)
    page = made.page.read_text()
    data = json.loads(re.search(r'<script type="application/json" id="data">(.*?)</script>', page)[1])
    assert data["shown"] == ["overlay", 1003]
    assert [each["key"] for each in data["layers"]] == ["plate", "matte", "overlay", "confidence"]
    assert {each["n"]: each["marks"] for each in data["frames"]} == {1001: "", 1002: "", 1003: "J", 1004: ""}
    assert len(list(made.pictures.iterdir())) == 4 * 4 * 2
    assert "hero" in page
    assert 'id="area-desc"' in page
