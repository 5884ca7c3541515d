"""The report: what was found stands in it, comes back from it, and is shown worst first."""

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vfxlib.errors import InputError, OutputError
from vfxlib.review.matte_qc import Finding, FrameStats
from vfxlib.review.matte_report import (
    REPORT,
    ROWS,
    SHEET,
    MatteThumbnail,
    abbreviate_frames,
    describe_findings,
    group_by_frame,
    read_report,
    write_report,
)

LOST = Finding(1012, 1, "lost", "nothing is found on 1012-1014", (1012, 1013, 1014))
POPPED = Finding(1005, 2, "popped", "gone here", (1005,))


def stats(frames: range) -> dict[int, list[FrameStats]]:
    one = [FrameStats(n, 100.0, (5.0, 6.0), math.nan, 0.9, math.nan, n == frames[0], 0) for n in frames]
    return {1: one, 2: one}


def thumbnail(number: int) -> MatteThumbnail:
    """A frame brighter with its number, with object 1 at the left and 2 at the right."""
    matte = np.zeros((54, 96), np.float32)
    matte[10:30, 10:30] = matte[10:30, 60:80] = 1
    index = np.zeros((54, 96), np.int32)
    index[10:30, 10:30], index[10:30, 60:80] = 1, 2
    return MatteThumbnail(np.full((54, 96, 3), (number - 1000) % 25 * 10, np.uint8), matte, np.ones_like(matte), index)


def test_a_report_comes_back_as_it_was_written(tmp_path: Path) -> None:
    write_report(tmp_path, [LOST, POPPED], stats(range(1001, 1021)), thumbnail)
    assert read_report(tmp_path / REPORT) == (LOST, POPPED)
    values = json.loads((tmp_path / REPORT).read_text())
    assert values["look_at"] == [1012, 1005]
    assert values["findings"][0]["frames"] == "1012-1014"
    assert values["told"]["2"][3]["number"] == 1004
    assert values["told"]["2"][3]["previous"] is None


def test_the_sheet_shows_the_worst_first_with_the_frame_before(tmp_path: Path) -> None:
    asked = []

    def seen(number: int) -> MatteThumbnail:
        asked.append(number)
        return thumbnail(number)

    write_report(tmp_path, [LOST, POPPED], stats(range(1001, 1021)), seen)
    assert asked == [1011, 1012, 1004, 1005]
    with Image.open(tmp_path / SHEET) as picture:
        sheet = np.asarray(picture)
    rows = [np.flatnonzero((sheet == value).all(axis=2).sum(axis=1) > 100) for value in (120, 50)]
    assert 0 < rows[0].max() < rows[1].min()


def test_the_first_frame_has_none_before_it(tmp_path: Path) -> None:
    write_report(tmp_path, [replace(POPPED, number=1001)], stats(range(1001, 1003)), thumbnail)
    assert (tmp_path / SHEET).stat().st_size > 1000


def test_a_thumb_without_numbers_has_one_object() -> None:
    shown = replace(thumbnail(1001), index=None).overlay()
    assert np.array_equal(shown[20, 20], shown[20, 70])
    assert not np.array_equal(*thumbnail(1001).overlay()[20, [20, 70]])


def test_a_long_list_shows_the_worst(tmp_path: Path) -> None:
    asked = []

    def seen(number: int) -> MatteThumbnail:
        asked.append(number)
        return thumbnail(number)

    findings = [replace(POPPED, number=n, frames=(n,)) for n in range(1002, 1202, 2)]
    write_report(tmp_path, findings, stats(range(1001, 1203)), seen)
    assert len(asked) == 2 * ROWS
    assert len(read_report(tmp_path / REPORT)) == 100


def test_a_calm_shot_gets_a_sheet_that_says_so(tmp_path: Path) -> None:
    write_report(tmp_path, [], stats(range(1001, 1021)), thumbnail)
    assert read_report(tmp_path / REPORT) == ()
    with Image.open(tmp_path / SHEET) as picture:
        assert np.asarray(picture).max() > 200


@pytest.mark.parametrize(
    "words", ["", "[]", "{}", '{"paintout": 1, "findings": [{"number": 3}]}', '{"paintout": 2, "findings": []}']
)
def test_what_is_no_report_is_refused(tmp_path: Path, words: str) -> None:
    (tmp_path / REPORT).write_text(words)
    with pytest.raises(InputError, match="no report"):
        read_report(tmp_path / REPORT)
    with pytest.raises(InputError, match="cannot be read"):
        read_report(tmp_path / "nothing.json")


def test_a_report_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OutputError):
        write_report(tmp_path / "file", [], stats(range(1001, 1003)), thumbnail)


def test_frames_are_listed_as_people_do() -> None:
    assert abbreviate_frames([1020, 1003, 1010, 1011, 1012]) == "1003, 1010-1012, 1020"
    assert abbreviate_frames([1, 6, 11]) == "1, 6, 11"
    assert abbreviate_frames([]) == ""
    assert abbreviate_frames(range(0, 100, 2)).endswith("46 and 26 more")


def test_findings_of_one_wording_are_said_once() -> None:
    assert describe_findings([POPPED, replace(POPPED, object=3), LOST], several=True) == [
        "popped (objects 2, 3): gone here",
        "lost (object 1): nothing is found on 1012-1014",
    ]
    assert describe_findings([POPPED], several=False) == ["popped: gone here"]
    assert describe_findings([replace(POPPED, object=0)], several=True) == ["popped: gone here"]
    assert group_by_frame([LOST, POPPED, replace(POPPED, number=1012)])[1012] == [LOST, replace(POPPED, number=1012)]
