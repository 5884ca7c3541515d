"""Frames that an artist has cleaned must fit, and count by what they hold."""

import pytest

from nodes.engine.open_job import check_named_files, open_job
from nodes.processors.painted_frames import painted_around, painted_frames
from tests.nodes.engine.made import context, flow, job, matted, write
from vfxlib.errors import InputError, SequenceError, UsageError
from vfxlib.image.box import Box


def rendering(folder, *painted, reach=12):
    return context(matted(folder), folder, flow(paint=painted, reach=reach), step="render")


def test_painted_frames_are_told_by_number(folder):
    path = str(write(folder / "clean.exr", 0.1))
    assert painted_frames(rendering(folder, (2, path))) == {2: path}
    assert painted_frames(rendering(folder)) == {}


def test_a_frame_that_is_not_in_the_job_or_of_another_size_is_named(folder):
    path = str(write(folder / "clean.exr", 0.1))
    with pytest.raises(SequenceError, match="frame 9 is not in the job"):
        painted_frames(rendering(folder, (9, path)))
    small = str(write(folder / "small.exr", 0.1, display=Box(0, 0, 8, 6)))
    with pytest.raises(SequenceError, match=r"small\.exr: the painted frame is 8x6, the plate 16x12"):
        painted_frames(rendering(folder, (2, small)))
    with pytest.raises(UsageError, match="there is no such file"):
        painted_frames(rendering(folder, (2, f"{folder}/none.exr")))


def test_they_are_looked_at_before_any_work(folder):
    small = str(write(folder / "small.exr", 0.1, display=Box(0, 0, 8, 6)))
    for paint, said in (((2, small), "8x6"), ((2, f"{folder}/matte.2.exr"), "no red"), ((9, small), "not in the job")):
        with pytest.raises(InputError, match=said):
            check_named_files(open_job(job(matted(folder), folder, flow(paint=(paint,)))))


def test_those_within_reach_count_by_what_they_hold(folder):
    path = write(folder / "clean.exr", 0.1)
    at = rendering(folder, (1, str(path)), reach=1)
    told = [painted_around(at, painted_frames(at), number) for number in (1, 2, 3)]
    assert told[0] == told[1] == {"1": at.content(path)}
    assert told[2] == {}
    write(path, 0.2)
    again = rendering(folder, (1, str(path)), reach=1)
    assert painted_around(again, painted_frames(again), 1) != told[0]


def test_a_painted_frame_counts_by_what_it_holds_also_when_the_artist_s_tool_has_kept_our_header(folder):
    def told(value):
        path = write(folder / "clean.exr", value, own="f" * 64)  # painted on a result of ours
        at = rendering(folder, (1, str(path)))
        return painted_around(at, painted_frames(at), 1)

    assert told(0.1) != told(0.2)
