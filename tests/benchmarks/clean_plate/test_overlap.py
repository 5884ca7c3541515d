"""The overlap is measured on copies by the command itself, and nothing of the job is changed."""

import os

import pytest

from benchmarks.bench.meter import paintout_command, run
from benchmarks.bench.pan import Pan, make_pan
from benchmarks.clean_plate.overlap import MEMORY_FILES, copy_step, measure_overlap, read_cold, step_files, write_cold
from nodes.job import load_job

pytestmark = pytest.mark.skipif(
    not (MEMORY_FILES.is_dir() and hasattr(os, "posix_fadvise")), reason="needs Linux and its memory file system"
)


@pytest.fixture(scope="module")
def path(tmp_path_factory):
    folder = tmp_path_factory.mktemp("overlap")
    make_pan(folder, Pan((96, 64), 3))
    words = paintout_command("flow-inpaint", "--plate", str(folder / "plate"), "--matte", str(folder / "matte"))
    run([*words, "--out", str(folder / "clean" / "clean.####.exr"), "--reach", "2"])
    return folder / "clean" / "clean.work" / "job.json"


def contents(folder):
    return {file: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


def test_a_step_reads_the_plate_the_matte_and_what_it_depends_on(path):
    files = step_files(load_job(path))
    assert [len(files.plate), len(files.matte), len(files.results)] == [3, 3, 3]
    assert {file.parent.name for file in files.earlier} == {"register", "complete", "paint"}
    assert all(file.exists() for file in (*files.inputs, *files.results))


def test_copies_hold_the_same_bytes_and_the_job_names_them(path, tmp_path):
    job = load_job(path)
    files = step_files(job)
    copied, copies = copy_step(job, files, tmp_path, 2.0)
    assert [file.read_bytes() for file in copies.inputs] == [file.read_bytes() for file in files.inputs]
    assert (copied.shot.plate, copied.work, copied.output.memory) == (
        str(tmp_path / "plate"),
        tmp_path / "clean.work",
        2,
    )
    assert not any(file.exists() for file in copies.results)


def test_the_job_stays_as_it_is(path):
    before = contents(path.parents[1])
    found = measure_overlap(path, 2.0, 1)
    assert contents(path.parents[1]) == before
    assert min(found.wall, found.files, found.work) > 0


def test_the_disk_is_timed_by_bare_bytes(path, tmp_path):
    files = step_files(load_job(path))
    assert read_cold(files.inputs) > 0
    assert write_cold(files.results, tmp_path / "bytes") > 0
    assert sum(f.stat().st_size for f in (tmp_path / "bytes").iterdir()) == sum(f.stat().st_size for f in files.results)
