"""A good result becomes a version; a broken one is told in words, with its frames, and nothing is published."""

import hashlib
import json
import os
import shutil
from types import SimpleNamespace

import numpy as np
import pytest

from nodes import MORE
from tests.hostile.place import QUICK, Place, files_in
from vfxlib.io.exr import read_channels, write_exr
from vfxlib.layer_names import MATTE

JOB = "out/clean.work/job.json"
PUBLISH = ("publish", JOB, "--root", "pubs", "--progress", "none", "--no-review")


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A shot with a finished result."""
    place = Place(tmp_path_factory.mktemp("publish")).make()
    assert place.run() == 0
    return place


@pytest.fixture
def place(finished, tmp_path):
    """A copy of it, whose dates are those of the copy."""
    for name in ("plate", "matte", "out"):
        shutil.copytree(finished.folder / name, tmp_path / name)
    return Place(tmp_path)


def rewritten(place, number, change=lambda channels: None, **windows):
    """A frame of the result that somebody has written anew under our name: its channels changed, or its windows."""
    path = place.out(number)
    raw = read_channels(path, number)
    channels = {name: pixels.copy() for name, pixels in raw.channels.items()}
    change(channels)
    header = raw.header
    given = {"display": header.display, "origin": header.origin, "data": header.data, "aspect": header.aspect}
    write_exr(path, channels=channels, attributes=header.attributes, **{**given, **windows})


def outside(channels):
    y, x = np.argwhere(np.asarray(channels[MATTE]) == 0)[0]
    channels["R"][y, x] += 1


def inside(channels):
    y, x = np.argwhere(np.asarray(channels[MATTE]) > 0)[0]
    channels["G"][y, x] = np.nan


def foreign(place):
    place.plate(2, "out/clean.{:04d}.exr")


def stale(place):
    shutil.copy(place.folder / "plate/plate.0001.exr", place.folder / "plate/plate.0003.exr")


BROKEN = {
    "a missing frame": (lambda place: place.out(2).unlink(), "frame 2: not there"),
    "a pixel outside": (lambda place: rewritten(place, 2, outside), "frame 2: 1 of 2440 pixels outside the matte"),
    "another window": (lambda place: rewritten(place, 2, aspect=2.0), "frame 2: pixel aspect is 2 and not 1"),
    "not a number": (lambda place: rewritten(place, 1, inside), "frame 1: 1 of 120 filled pixels hold NaN or inf"),
    "a layer less": (lambda place: rewritten(place, 1, lambda c: c.pop("confidence.A")), "frame 1: lacks confidence.A"),
    "a changed plate": (stale, "frame 3: made from what has changed since"),
    "a foreign frame": (foreign, "frame 2: not made by Paintout"),
    "half a frame": (lambda place: os.truncate(place.out(3), 900), "frame 3: "),
}


def told(place, capsys, *words):
    capsys.readouterr()
    code = place.main(*words)
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert "internal error" not in said.err
    return code, said.out + said.err


def test_a_good_result_becomes_a_version_with_its_manifest(place, capsys):
    code, said = told(place, capsys, *PUBLISH)
    assert code == 0, said
    version = place.folder / "pubs/clean/v001"
    assert said.splitlines()[-1] == str(version)
    assert "outside the matte: 7320 pixels compared, 0 changed" in said
    manifest = json.loads((version / "manifest.json").read_text())
    there = {name: digest for name, digest in files_in(version).items() if name != "manifest.json"}
    assert {each["path"]: each["sha256"] for each in manifest["files"]} == there
    assert {name for name in there if name.endswith(".exr")} == {f"clean.{n:04d}.exr" for n in (1, 2, 3)}
    for number in (1, 2, 3):
        assert (version / f"clean.{number:04d}.exr").read_bytes() == place.out(number).read_bytes()
    fidelity = json.loads((version / "fidelity.json").read_text())
    assert fidelity["frames"]["2"] == {"compared": 2440, "changed": 0}
    assert manifest["fidelity"] == {"compared": 7320, "changed": 0}


def test_what_a_person_looks_at_is_in_the_version(place, capsys):
    code, said = told(place, capsys, *PUBLISH[:-1], "--shot", "sh010", "--template", "{shot}/{name}_v{version:02d}")
    assert code == 0, said
    version = place.folder / "pubs/sh010/clean_v01"
    there = set(files_in(version))
    assert {"thumbnail.png", "review/review.mp4", "review/review.html", "review/sheet.png"} <= there
    assert "review/review_frames/clean.2.small.png" in there
    manifest = json.loads((version / "manifest.json").read_text())
    assert {each["path"] for each in manifest["files"]} == there - {"manifest.json"}


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_result_is_told_and_not_published(place, capsys, what):
    break_it, says = BROKEN[what]
    break_it(place)
    before = files_in(place.folder)
    code, said = told(place, capsys, *PUBLISH)
    assert code == 1, said
    assert says in said
    assert "try: " in said
    assert not (place.folder / "pubs").exists()
    code, checked = told(place, capsys, "publish", JOB, "--check", "--progress", "none")
    assert (code, says in checked) == (1, True)
    after = files_in(place.folder)
    assert {name for name in before if after.get(name) != before[name]} <= {"out/clean.work/digests.json"}


def test_what_is_missing_or_stale_is_rendered_when_asked(place, capsys):
    stale(place)
    place.out(1).unlink()
    code, said = told(place, capsys, *PUBLISH, "--repair")
    assert code == 0, said
    assert (place.folder / "pubs/clean/v001/clean.0001.exr").is_file()


def test_a_version_is_never_written_over(place, capsys):
    for number in (1, 2):
        assert told(place, capsys, *PUBLISH)[0] == 0
        assert (place.folder / f"pubs/clean/v{number:03d}").is_dir()
    before = files_in(place.folder / "pubs")
    code, said = told(place, capsys, *PUBLISH, "--version", "2")
    assert code == 2
    assert "v002: is there already" in said
    assert files_in(place.folder / "pubs") == before


def test_links_take_no_room_and_hold_the_same(place, capsys):
    assert told(place, capsys, *PUBLISH, "--link")[0] == 0
    assert (place.folder / "pubs/clean/v001/clean.0001.exr").samefile(place.out(1))


def test_a_version_that_somebody_else_makes_or_was_killed_over_is_passed_by(place, capsys):
    hidden = place.folder / "pubs/clean/.v001.publishing"
    hidden.mkdir(parents=True)
    assert told(place, capsys, *PUBLISH)[0] == 0
    assert (place.folder / "pubs/clean/v002").is_dir()
    code, said = told(place, capsys, *PUBLISH, "--version", "1")
    assert code == 2
    assert "is being published right now" in said
    assert hidden.is_dir()


BAD = {
    "no root": (("publish", JOB), "no place is given"),
    "root and check": (("publish", JOB, "--check", "--root", "x"), "nothing is published"),
    "unknown token": ((*PUBLISH, "--template", "{user}/v{version}"), "nothing is called {user}"),
    "above the root": ((*PUBLISH, "--template", "../v{version}"), "is no path below the root"),
    "an absolute path": ((*PUBLISH, "--template", "/tmp/v{version}"), "is no path below the root"),
    "no version": ((*PUBLISH, "--template", "{name}"), "has no {version} in its last part"),
    "an open brace": ((*PUBLISH, "--template", "{name/v{version}"), "cannot be read"),
    "an attribute": ((*PUBLISH, "--template", "{name.__class__}/v{version}"), "nothing is called"),
    "a shot that leads away": ((*PUBLISH, "--shot", "../..", "--template", "{shot}/v{version}"), "cannot be the name"),
    "a shot with markup": ((*PUBLISH, "--shot", "<b>", "--template", "{shot}/v{version}"), "cannot be the name"),
    "a negative version": ((*PUBLISH, "--version", "-1"), "is no version"),
    "a file as root": (("publish", JOB, "--root", "plate/plate.0001.exr", "--progress", "none"), "cannot be written"),
    "no job": (("publish", "none.json", "--check"), "cannot read the job file"),
}


@pytest.mark.parametrize("what", BAD)
def test_what_cannot_be_is_told_before_any_work(place, capsys, what):
    words, says = BAD[what]
    before = files_in(place.folder)
    code, said = told(place, capsys, *words)
    assert code == 2, said
    assert says in said
    assert "try: " in said
    assert {k: v for k, v in files_in(place.folder).items() if "digests" not in k} == {
        k: v for k, v in before.items() if "digests" not in k
    }


def test_a_shot_s_name_is_words_in_the_page_and_nothing_else(place, capsys):
    code, said = told(place, capsys, *PUBLISH[:-1], "--shot", "a&b;'$(x)")
    assert code == 0, said
    page = (place.folder / "pubs/clean/v001/review/review.html").read_text()
    assert "a&amp;b" in page


def test_a_frame_that_changes_while_it_is_published_is_not(place, capsys, monkeypatch):
    from plugin.publish import command, extract

    whole = extract.extract_frames

    def late(*given):
        rewritten(place, 3, inside)
        return whole(*given)

    monkeypatch.setattr(extract, "extract_frames", late)
    assert command
    code, said = told(place, capsys, *PUBLISH)
    assert code == 2
    assert "clean.0003.exr: was changed while it was published" in said
    assert not files_in(place.folder / "pubs")


def test_json_is_one_document(place, capsys):
    capsys.readouterr()
    assert place.main(*PUBLISH, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["published"] == str(place.folder / "pubs/clean/v001")
    digest = hashlib.sha256(place.out(1).read_bytes()).hexdigest()
    assert told["facts"][0]["digest"] == digest
    assert all(check["findings"] == [] for check in told["checks"] if check["level"] == "error")


def test_pyblish_s_own_command_finds_the_plug_ins_and_publishes_outside_the_host(place, monkeypatch):
    """As a host does it: plug-ins found by their folder, every answer from the command in a process of its own."""
    from plugin import launch
    from plugin.publish.plugins import paintout_publish
    from plugin.publish.pyblish_engine import api, util
    from tests.places import ROOT

    wrapper = place.folder / "paintout"
    wrapper.write_text(
        f'#!/bin/sh\ncd {place.folder} && PYTHONPATH={ROOT} {MORE}={QUICK} exec "$PYTHON" -m plugin "$@"\n'
    )
    wrapper.chmod(0o755)
    monkeypatch.setenv("PAINTOUT", str(wrapper))
    monkeypatch.setenv("PYTHON", launch.sys.executable)
    monkeypatch.setenv("PAINTOUT_PUBLISH", str(place.folder / JOB))
    monkeypatch.setenv("PAINTOUT_PUBLISH_ROOT", str(place.folder / "pubs"))
    api.register_host("nuke")
    path = str(paintout_publish.__file__.rpartition(os.sep)[0])
    api.register_plugin_path(path)
    try:
        plugins = api.discover()
        assert {"CollectPaintoutResults", "ValidatePaintoutOutside", "IntegratePaintoutVersion"} <= {
            each.__name__ for each in plugins
        }
        context = util.publish(plugins=plugins)
    finally:
        api.deregister_plugin_path(path)
        api.deregister_host("nuke")
    assert [str(each["error"]) for each in context.data["results"] if each["error"]] == []
    (instance,) = context
    assert instance.data["label"] == "out/clean, frames 1-3"
    assert instance.data["publishedTo"] == str(place.folder / "pubs/clean/v001")
    assert (place.folder / "pubs/clean/v001/manifest.json").is_file()


def test_a_window_of_pyblish_lists_the_checks_in_their_order():
    from plugin.publish.checks import CHECKS
    from plugin.publish.plugins.paintout_publish import validators
    from plugin.publish.pyblish_engine import api

    listed = sorted(validators, key=lambda each: each.order)
    assert [each.label for each in listed] == [check.label for check in CHECKS]
    assert all(api.ValidatorOrder < each.order < api.ValidatorOrder + 0.2 for each in listed)


def test_all_that_a_check_found_stands_in_the_first_line_which_is_all_that_a_window_shows():
    from plugin.publish.plugins.paintout_publish import REPORT, validators

    missing, stale = {"problem": "frame 2: not there", "fix": "run"}, {"problem": "frame 3: stale", "fix": "look"}
    for found, first in (([missing], "frame 2: not there"), ([missing, stale], "frame 2: not there; frame 3: stale")):
        instance = SimpleNamespace(data={REPORT: {"checks": [{"name": "current", "findings": found}]}})
        with pytest.raises(AssertionError) as told:
            validators[0]().process(instance)
        assert str(told.value).splitlines()[0] == first
        assert all(f"{each['problem']}\n  try: {each['fix']}" in str(told.value) for each in found)


def test_a_result_that_was_packed_with_loss_is_published_only_when_asked(tmp_path, capsys):
    place = Place(tmp_path).make()
    assert place.run("--compression", "dwaa") == 0
    code, said = told(place, capsys, *PUBLISH)
    assert code == 1
    assert "frames 1-3: packed with loss (dwaa" in said
    assert told(place, capsys, *PUBLISH, "--lossy")[0] == 0
