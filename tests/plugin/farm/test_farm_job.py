"""What every farm is told of a job: its steps, their order, their cuts and their needs."""

import dataclasses

import pytest

from nodes.job import load_job
from nodes.node import Scope
from nodes.plan import plan
from plugin.farm.farm_job import farm_job


def made(place, chunk=0, **output):
    job = load_job(place.folder / "job.json")
    job = dataclasses.replace(job, output=dataclasses.replace(job.output, **output))
    return farm_job(job, place.folder / "farm" / "job.json", chunk)


def test_each_step_waits_for_those_that_it_reads(place):
    waits = {step.name: step.waits for step in made(place).steps}
    assert list(waits) == [f"flow-inpaint/{name}" for name in ("motion", "register", "complete", "paint", "render")]
    assert waits["flow-inpaint/motion"] == ()
    assert waits["flow-inpaint/complete"] == ("flow-inpaint/motion", "flow-inpaint/register")
    assert "flow-inpaint/paint" in waits["flow-inpaint/render"]


def test_only_frames_are_cut_and_a_chunk_is_what_was_asked_for(place):
    for step in made(place, chunk=2).steps:
        assert step.chunk == (2 if step.cut else 3), step.name
    assert all(step.chunk == 3 for step in made(place).steps)  # three small frames are no work


def test_the_job_names_its_frames_whole_paths_and_one_kind_of_device(place):
    farm = made(place)
    assert farm.job.shot.frames == (1, 2, 3)
    assert farm.job.shot.plate == str(place.folder / "plate" / "plate.####.exr")
    assert farm.job.output.work == str(place.folder / "out" / "clean.work")
    assert farm.job.output.device == "cpu"  # frames that a GPU made on one worker would never be done for the next
    assert farm.job.shot.ocio.startswith("ocio://")


def test_a_worker_needs_the_memory_that_the_job_may_take(place):
    assert {step.memory for step in made(place, memory=3.0).steps} == {3 * 2**30}


@pytest.mark.parametrize("frames", ["", "1-2", "{{Task.Param.Frame}}", "-5--3"])
def test_every_farm_runs_the_same_command(place, frames):
    for task in plan(made(place).job):
        words = task.command("/farm/job.json", frames)
        assert words[:6] == ("run", "/farm/job.json", "--step", task.name, "--patience", "20")
        assert words[6:] == (() if task.step.scope is Scope.SHOT else (f"--frames={frames or '1-3'}",))


@pytest.mark.parametrize("name", ["two\nlines", "a\x07bell", "no\udcffcharacter"])
def test_a_name_that_is_no_line_of_text_is_refused(place, name, capsys):
    assert place.run("--save", "odd.json", out=f"{name}/clean.####.exr") == 0
    assert place.main("submit", "odd.json", "--to", "deadline", "--bundle", "farm") == 2
    assert "no farm can be told" in capsys.readouterr().err
    assert not (place.folder / "farm").exists()


@pytest.mark.parametrize("engine", ["openjd", "deadline-cloud", "deadline", "opencue"])
def test_a_name_with_what_means_something_to_an_engine_is_only_a_name(place, engine):
    out = "{{Param.X}} a'b $HOME é/clean.####.exr"
    assert place.run("--save", "odd.json", out=out) == 0
    assert place.main("submit", "odd.json", "--to", engine, "--bundle", "farm & more") == 0


def test_deadline_s_command_line_has_no_way_to_spell_a_quotation_mark(place, capsys):
    assert place.main("submit", "job.json", "--to", "deadline", "--bundle", 'a"b') == 2
    assert "quotation mark" in capsys.readouterr().err
