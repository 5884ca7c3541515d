"""Paths in jobs lead to the very same files: through links, from a job that lies behind one, and from a home."""

import json
import logging
import os
from pathlib import Path

import numpy as np
import pytest

from tests.hostile.place import FRAMES, Place, files_in
from vfxlib.io.exr import read_attribute, read_channels

PLATE = "plate/plate.{:04d}.exr"


def two_shows(place: Place) -> Place:
    """Another plate of the same name above what link/ leads to: link/.. is other/, and not here."""
    for number in FRAMES:
        place.plate(number + 7, "plate/spare.{:04d}.exr")
        (place.folder / "other/plate").mkdir(parents=True, exist_ok=True)
        os.replace(place.folder / f"plate/spare.{number + 7:04d}.exr", place.folder / "other" / PLATE.format(number))
    (place.folder / "other/deep").mkdir()
    (place.folder / "link").symlink_to("other/deep")
    return place


def rendered_from(place: Place, out: str = "out/clean.{:04d}.exr") -> str:
    """The folder of the plate that a result was made from."""
    found = [
        folder
        for folder in (".", "other")
        if (place.folder / folder / PLATE.format(1)).exists()
        and all(
            same_picture(place.folder / folder / PLATE.format(number), place.folder / out.format(number))
            for number in FRAMES
        )
    ]
    assert len(found) == 1
    return found[0]


def same_picture(one: Path, other: Path) -> bool:
    """True if two frames are alike where nothing was removed."""
    a, b = (read_channels(path, 1).channels for path in (one, other))
    return all(np.array_equal(a[name][:10], b[name][:10]) for name in "RGB")


def shows(tmp_path: Path) -> Place:
    return two_shows(Place(tmp_path).make())


def test_a_job_that_is_saved_renders_the_plate_that_the_command_would_have_rendered(tmp_path):
    place, through = shows(tmp_path), "link/../plate/plate.####.exr"
    assert place.run(plate=through) == 0
    assert rendered_from(place) == "other"
    assert place.run("--save", "j.json", plate=through, out="again/clean.####.exr") == 0
    assert place.main("run", "j.json", "--progress", "none") == 0
    assert rendered_from(place, "again/clean.{:04d}.exr") == "other"


@pytest.mark.parametrize("way", ["link/j.json", "other/deep/j.json", "j.json"])
def test_a_job_file_behind_a_link_is_the_same_job_by_every_way_to_it(way, tmp_path):
    place = shows(tmp_path)
    assert place.run("--save", "link/j.json") == 0
    (tmp_path / "j.json").symlink_to("link/j.json")
    assert place.main("run", way, "--progress", "none") == 0
    assert rendered_from(place) == "."


@pytest.mark.parametrize("way", ["link/job.json", "other/deep/job.json"])
def test_the_record_in_a_work_folder_that_is_a_link_names_what_was_rendered(way, tmp_path):
    place = shows(tmp_path)
    assert place.run("--work", "link") == 0
    before = files_in(tmp_path / "out")
    assert place.main("status", way) == 0
    assert place.main("run", way, "--progress", "none") == 0
    assert files_in(tmp_path / "out") == before
    assert not (tmp_path / "out/clean.work").exists()


def test_the_job_in_a_frame_s_header_names_the_files_that_it_was_made_from(tmp_path):
    place = shows(tmp_path)
    assert place.run(out="link/clean.####.exr", plate="link/../plate/plate.####.exr") == 0
    told = json.loads(str(read_attribute(tmp_path / "other/deep/clean.0001.exr", "paintout/job")))
    plate = (tmp_path / "other/deep").resolve() / told["shot"]["plate"].replace("####", "0001")
    assert plate.samefile(tmp_path / "other/plate/plate.0001.exr")


def test_a_show_that_is_moved_takes_its_jobs_with_it(tmp_path):
    place = Place(tmp_path / "show")
    place.folder.mkdir()
    place.make()
    (place.folder / "jobs").mkdir()
    (place.folder / "current").symlink_to("jobs")
    assert place.run("--save", "current/j.json") == 0
    assert place.run() == 0
    os.rename(tmp_path / "show", tmp_path / "moved")
    moved = Place(tmp_path / "moved")
    assert moved.main("status", "current/j.json") == 0
    assert moved.main("run", "out/clean.work/job.json", "--progress", "none") == 0
    assert not (tmp_path / "show").exists()


def test_a_home_is_meant_by_its_sign_in_options_and_in_job_files(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    logger = logging.getLogger("paintout")
    monkeypatch.setattr(logger, "handlers", [])
    monkeypatch.setattr(logger, "level", logger.level)
    place, elsewhere = Place(tmp_path).make(), Place(tmp_path / "elsewhere")
    elsewhere.folder.mkdir()
    given = {"plate": "~/plate/plate.####.exr", "matte": "~/matte", "out": "~/out/clean.####.exr"}
    assert elsewhere.run("--save", "~/j.json", "--work", "~/w", **given) == 0
    values = json.loads((tmp_path / "j.json").read_text())
    values["shot"].update(plate=given["plate"], matte=given["matte"])
    (tmp_path / "j.json").write_text(json.dumps(values))
    assert elsewhere.main("run", "~/j.json", "--progress", "none", "--log", "~/a.log") == 0
    assert elsewhere.main("status", "~/w/job.json") == 0
    assert elsewhere.main("review", "~/j.json", "--out", "~/seen") == 0
    assert rendered_from(place) == "."
    assert sorted(os.listdir(tmp_path)) == ["a.log", "elsewhere", "j.json", "matte", "out", "plate", "seen", "w"]
    assert not os.listdir(elsewhere.folder)
    for handler in logger.handlers:
        handler.close()


def test_a_file_whose_name_begins_with_the_sign_of_a_home_is_found_again(tmp_path):
    place = Place(tmp_path).make()
    os.rename(tmp_path / "plate", tmp_path / "~")
    assert place.run("--save", "j.json", plate="./~/plate.####.exr") == 0
    assert place.main("run", "j.json", "--progress", "none") == 0
