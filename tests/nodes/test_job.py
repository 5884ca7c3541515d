"""Jobs survive their file, and can be moved with it."""

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from nodes.flow_inpaint import FlowInpaintParams
from nodes.internal_fit import InternalFitParams
from nodes.job import Job, JobNode, load_job, record_job, save_job
from nodes.mask_propagate import MaskPropagateParams
from nodes.shot import Output, Shot
from vfxlib.errors import OutputError, UsageError


def job(tmp_path, **params):
    shot = Shot(plate=str(tmp_path / "p.####.exr"), matte=str(tmp_path / "m.####.exr"), frames="1-10")
    return Job(shot, (JobNode(FLOW_INPAINT, FlowInpaintParams(**params)),), Output(out=str(tmp_path / "o.####.exr")))


def test_a_job_survives_its_file(tmp_path):
    made = job(tmp_path, reach=7, paint={3: str(tmp_path / "x.exr")})
    save_job(made, tmp_path / "deep" / "job.json")
    assert load_job(tmp_path / "deep" / "job.json") == made


def test_paths_in_a_job_file_are_relative_so_that_a_shot_can_be_moved(tmp_path):
    save_job(job(tmp_path), tmp_path / "job.json")
    os.rename(tmp_path / "job.json", (tmp_path / "moved").with_suffix(".json"))
    told = json.loads((tmp_path / "moved.json").read_text())
    assert told["shot"]["plate"] == "p.####.exr"


def test_every_path_of_a_job_is_relative_whatever_it_is_called(tmp_path):
    shot = Shot(plate=str(tmp_path / "p.#.exr"), fill=str(tmp_path / "f.#.exr"), ocio="ocio://default")
    params = InternalFitParams(start=str(tmp_path / "a.safetensors"), encoder=str(tmp_path / "b.safetensors"))
    made = Job(shot, (JobNode(INTERNAL_FIT, params),), Output(out=str(tmp_path / "o.#.exr"), device="cpu"))
    save_job(made, tmp_path / "job.json")
    told = json.loads((tmp_path / "job.json").read_text())
    assert (told["shot"]["fill"], told["shot"]["ocio"]) == ("f.#.exr", "ocio://default")
    assert told["nodes"][0]["params"]["start"] == "a.safetensors"
    assert told["nodes"][0]["params"]["encoder"] == "b.safetensors"
    assert told["nodes"][0]["params"]["network"] == "base"
    assert load_job(tmp_path / "job.json") == made


def test_a_file_that_is_called_as_the_word_for_none_stays_a_file_in_a_job(tmp_path):
    params = InternalFitParams(start=str(tmp_path / "none"))
    made = Job(Shot(plate="p.#.exr"), (JobNode(INTERNAL_FIT, params),), Output(out="o.#.exr", device="cpu"))
    save_job(made, tmp_path / "job.json")
    assert load_job(tmp_path / "job.json").nodes[0].params == params
    told = (tmp_path / "job.json").read_text()
    (tmp_path / "job.json").write_text(told.replace("./none", "none"))
    assert load_job(tmp_path / "job.json").nodes[0].params == InternalFitParams(start="none")


@pytest.mark.parametrize("content", [b"v/1\x01 a plate", b"", b"[]", b'{"paintout": 1}', b"[" * 100_000])
def test_what_is_no_job_file_is_never_replaced_by_one(tmp_path, content):
    path = tmp_path / "plate.0001.exr"
    path.write_bytes(content)
    with pytest.raises(OutputError, match="is no job file"):
        save_job(job(tmp_path), path)
    assert path.read_bytes() == content


def test_what_is_no_regular_file_is_never_replaced_by_a_job_file(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("/dev/null")
    for name in ("pipe", "link", "."):
        with pytest.raises(OutputError, match="is no job file"):
            save_job(job(tmp_path), tmp_path / name)
    assert (tmp_path / "link").is_symlink()


def test_a_job_file_of_any_version_is_replaced(tmp_path):
    (tmp_path / "job.json").write_text('{"paintout": 99, "nodes": []}')
    save_job(job(tmp_path), tmp_path / "job.json")
    assert load_job(tmp_path / "job.json") == job(tmp_path)


def test_a_run_writes_its_record_anew_but_never_over_a_job_file_of_somebody_s(tmp_path):
    path = tmp_path / "o.work" / "job.json"
    assert record_job(job(tmp_path)) is None
    assert record_job(job(tmp_path, reach=7)) is None
    assert load_job(path) == job(tmp_path, reach=7)
    save_job(job(tmp_path, reach=9), path)
    assert record_job(job(tmp_path)) == path
    assert load_job(path) == job(tmp_path, reach=9)


def test_a_run_does_not_take_a_foreign_file_for_its_record(tmp_path):
    path = tmp_path / "o.work" / "job.json"
    path.parent.mkdir()
    path.write_text('{"mine": 1}')
    with pytest.raises(OutputError, match="is no job file"):
        record_job(job(tmp_path))
    assert path.read_text() == '{"mine": 1}'


@pytest.mark.parametrize("words", ["", "[]", "{}", '{"paintout": 99}', '{"paintout": 1, "nodes": []}'])
def test_a_file_that_is_no_job_is_refused(tmp_path, words):
    (tmp_path / "job.json").write_text(words)
    with pytest.raises(UsageError):
        load_job(tmp_path / "job.json")


MINE = {"paintout": 2, "shot": {}, "nodes": [{"node": "flow-inpaint", "params": {}}], "output": {}}


def written(tmp_path, values, encoding="utf-8"):
    path = tmp_path / "job.json"
    path.write_text(values if isinstance(values, str) else json.dumps(values), encoding=encoding)
    return path


@pytest.mark.parametrize(
    ("values", "where", "said"),
    [
        ({**MINE, "outputs": {}}, "job.json", "write 'output'"),
        ({**MINE, "nodes": [{"node": "flow-inpaint", "parms": {}}]}, "nodes[0]", "write 'params'"),
        ({**MINE, "nodes": [{"node": "flow-inpant"}]}, "nodes[0].node", "write 'flow-inpaint'"),
        ({**MINE, "shot": {"plates": "a"}}, "shot", "write 'plate'"),
        ({**MINE, "output": {"thread": 1}}, "output", "write 'threads'"),
        ({**MINE, "output": {"threads": "1"}}, "output.threads", "whole number"),
        ({**MINE, "nodes": MINE["nodes"] * 200}, "job.json", "at most 100"),
        ({**MINE, "record": 1}, "job.json", "record"),
        ({**MINE, "paintout": True}, "job.json", "no job file"),
        ({**MINE, "paintout": 1.0}, "job.json", "no job file"),
        (json.dumps(MINE)[:-1] + ', "shot": {}}', "job.json", "'shot' stands in it twice"),
    ],
)
def test_what_a_job_file_does_not_know_is_refused_with_what_was_meant(tmp_path, values, where, said):
    with pytest.raises(UsageError) as caught:
        load_job(written(tmp_path, values))
    assert caught.value.where.endswith(where)
    assert said in str(caught.value)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-32"])
def test_a_job_file_may_come_from_any_editor(tmp_path, encoding):
    assert load_job(written(tmp_path, MINE, encoding)) == load_job(written(tmp_path, MINE))


def linked(tmp_path):
    """A show in which work lies on another disk, and a plate of one name above both."""
    for name in ("show/plate", "disk/plate", "disk/work"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "p.0001.exr").write_text(name)
    (tmp_path / "show/work").symlink_to(tmp_path / "disk/work")
    return tmp_path / "show"


def held(job):
    return Path(job.shot.plate.replace("####", "0001")).read_text()


def test_a_job_file_names_the_same_files_by_whatever_way_it_is_reached(tmp_path):
    show = linked(tmp_path)
    shot, nodes = Shot(plate=f"{show}/plate/p.####.exr"), (JobNode(FLOW_INPAINT, FlowInpaintParams()),)
    save_job(Job(shot, nodes, Output()), show / "work/job.json")
    (show / "job.json").symlink_to(tmp_path / "disk/work/job.json")
    for way in (show / "work/job.json", tmp_path / "disk/work/job.json", show / "job.json"):
        assert held(load_job(way)) == "show/plate"


def test_a_path_through_a_link_and_up_again_is_saved_as_the_system_reads_it(tmp_path):
    show = linked(tmp_path)
    nodes = (JobNode(FLOW_INPAINT, FlowInpaintParams()),)
    made = Job(Shot(plate=f"{show}/work/../plate/p.####.exr"), nodes, Output(out=f"{show}/o.#.exr"))
    assert held(made) == "disk/plate"
    save_job(made, show / "job.json")
    assert held(load_job(show / "job.json")) == "disk/plate"
    record_job(replace(made, output=Output(out=f"{show}/o.#.exr", work=f"{show}/work")))
    assert held(load_job(show / "work/job.json")) == "disk/plate"
    assert load_job(show / "work/job.json").work.samefile(tmp_path / "disk/work")


def test_a_job_file_of_the_first_version_counts_its_paths_from_the_name_of_its_folder(tmp_path):
    show = linked(tmp_path)
    told = {**MINE, "paintout": 1, "shot": {"plate": "../plate/p.####.exr"}}
    written(show / "work", told)
    assert held(load_job(show / "work/job.json")) == "show/plate"
    assert held(load_job(tmp_path / "disk/work/job.json")) == "disk/plate"


def test_the_work_folder_lies_beside_the_output(tmp_path):
    assert job(tmp_path).work == tmp_path / "o.work"


def test_a_given_work_folder_is_taken_and_every_spelling_of_frames_leaves_the_name(tmp_path):
    assert Job(Shot(), (), Output(out="o.exr", work="/elsewhere")).work == Path("/elsewhere")
    names = ("clean.####.exr", "clean_%04d.exr", "clean-$F4.exr")
    assert {Job(Shot(), (), Output(out=f"a/{name}")).work for name in names} == {Path("a/clean.work")}


def test_a_job_with_keys_and_two_nodes_survives_its_file_and_its_paths_are_relative(tmp_path):
    keys = ((1, f"{tmp_path}/first.exr"), (3, f"{tmp_path}/last.exr"))
    nodes = JobNode(MASK_PROPAGATE, MaskPropagateParams()), JobNode(FLOW_INPAINT, FlowInpaintParams())
    made = Job(Shot(plate=f"{tmp_path}/p.#.exr", key=keys), nodes, Output(out=f"{tmp_path}/o.#.exr"))
    assert made.to_mapping(tmp_path)["shot"]["key"] == {"1": "first.exr", "3": "last.exr"}
    save_job(made, tmp_path / "job.json")
    assert load_job(tmp_path / "job.json") == made


def test_nodes_of_a_kind_are_numbered_from_the_second_on():
    flow, fit = JobNode(FLOW_INPAINT, FlowInpaintParams()), JobNode(INTERNAL_FIT, InternalFitParams())
    nodes = Job(Shot(), (flow, fit, flow, flow), Output()).nodes
    assert [each.name for each in nodes] == ["flow-inpaint", "internal-fit", "flow-inpaint-2", "flow-inpaint-3"]
    assert Job(Shot(), nodes[::-1], Output()).nodes[0].name == "flow-inpaint"  # by their places, not as they were


def test_a_working_size_survives_the_job_file(tmp_path):
    low = JobNode(FLOW_INPAINT, FlowInpaintParams(), working_size=1024)
    made = Job(Shot(plate="p.#.exr", matte="m.#.exr"), (low, JobNode(FLOW_INPAINT, FlowInpaintParams())), Output())
    save_job(made, tmp_path / "job.json")
    assert [each.working_size for each in load_job(tmp_path / "job.json").nodes] == [1024, 0]
    assert "working_size" not in made.to_mapping()["nodes"][1]


@pytest.mark.parametrize("size", [-1, 1.5, True, "64", 10**6])
def test_a_working_size_is_a_number_of_pixels(tmp_path, size):
    values = Job(Shot(), (JobNode(FLOW_INPAINT, FlowInpaintParams()),), Output()).to_mapping()
    values["nodes"][0]["working_size"] = size
    (tmp_path / "job.json").write_text(json.dumps(values))
    with pytest.raises(UsageError, match="is no working size"):
        load_job(tmp_path / "job.json")
