"""The matte's files are listed as a job opens them, and its gaps become work."""

from nodes.engine.mend_mattes import with_mended_mattes
from nodes.engine.open_job import open_job
from tests.nodes.engine.made import flow, job, matted, write_shot


def test_a_frame_without_a_matte_becomes_one_that_is_made(tmp_path):
    write_shot(tmp_path)
    (tmp_path / "matte.2.exr").unlink()
    mended = with_mended_mattes(job(matted(tmp_path, mend_mattes=True), tmp_path, flow()))
    assert mended.shot.key == ((1, f"{tmp_path}/matte.1.exr"), (3, f"{tmp_path}/matte.3.exr"))
    opened = open_job(mended)
    assert [each.name for each in opened.job.nodes] == ["mask-propagate", "flow-inpaint"]
    assert opened.nodes[0].keys.frames == (1, 3)
    assert opened.nodes[1].matte.frames == (1, 2, 3)


def test_a_whole_matte_and_one_still_have_no_gaps(tmp_path, caplog):
    write_shot(tmp_path)
    whole = job(matted(tmp_path, mend_mattes=True), tmp_path, flow())
    assert with_mended_mattes(whole) == whole
    open_job(whole)
    assert "--mend-mattes has no effect: no frame lacks its matte" in caplog.text
    still = job(matted(tmp_path, mend_mattes=True, frames="1-3"), tmp_path, flow())
    for number in (1, 3):
        (tmp_path / f"matte.{number}.exr").unlink()
    part = with_mended_mattes(still)
    assert dict(part.shot.key) == {2: f"{tmp_path}/matte.2.exr"}
