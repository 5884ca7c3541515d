"""Figures are kept with where they come from, and made anew when the code is another."""

import pytest

from benchmarks.bench.cache import Origin, code_digest, load_record, origin, origin_text, save_record
from benchmarks.clean_plate.measure import PEER_CODE
from benchmarks.internal_fit.records import FIT_CODE
from benchmarks.mask_propagate import run
from tests.places import ROOT


def test_figures_are_kept_with_where_they_come_from(tmp_path):
    assert load_record(tmp_path / "x.json") is None
    save_record(tmp_path / "x.json", {"a": 1})
    assert load_record(tmp_path / "x.json") == ({"a": 1}, origin())


def test_a_result_is_stale_when_the_code_that_made_it_is_another():
    assert code_digest(["vfxlib/train"]) != code_digest(["vfxlib/internal_fit"])
    assert code_digest(["vfxlib/train"]) == code_digest(["vfxlib/train"])


@pytest.mark.parametrize("places", [FIT_CODE, PEER_CODE, run.MATTE_CODE, run.PEER_CODE])
def test_the_code_that_a_result_follows_from_is_there(places):
    for place in places:
        path = ROOT / place
        assert path.is_file() or list(path.glob("*.py")), place


def test_the_line_names_every_moment_and_machine_once():
    first, second = Origin("abc", "2026-01-01", "one"), Origin("def+", "2026-01-02", "one")
    text = origin_text([first, second, first])
    assert text == "Measured on 2026-01-01 at abc and on 2026-01-02 at def+. Machine: one."
