"""What a step has at hand."""

import pytest
import torch

from nodes.engine.context import CLIP
from nodes.engine.digest_cache import open_digests
from nodes.engine.open_job import open_job
from nodes.engine.runner import step_context
from tests.nodes.engine.made import context, fit, flow, job, leave, matted, write
from vfxlib.errors import UsageError
from vfxlib.progress import open_progress


def test_parameters_are_pixels_of_the_plate(folder):
    at = context(matted(folder), folder, flow(grow=2.0))
    assert at.values["grow"] == 2.0
    assert at.values["flow_margin"] < 12.0  # what scales with the plate is told for one of 1080 lines
    assert at.values["reach"] == 12


def test_frames_around_one_are_counted_by_their_place_in_the_job(folder):
    for number in (4, 5, 6, 7):
        write(folder / f"plate.{number}.exr", 0.5)
        write(folder / f"matte.{number}.exr", 1.0, "A")
    at = context(matted(folder, frames="1-7x2"), folder, flow(reach=1), step="render")
    assert [at.around(number) for number in (1, 3, 7)] == [[1, 3], [1, 3, 5], [5, 7]]
    assert at.around(3, 0) == [3]


def test_what_a_gpu_makes_no_faster_is_computed_on_the_processor(folder):
    opened, elsewhere = open_job(job(matted(folder), folder, flow())), torch.device("meta")
    (node,) = opened.job.nodes
    digests, quiet = open_digests(opened.job.work), open_progress("none")
    at = {step.name: step_context(opened, node, step, elsewhere, quiet, digests) for step in node.node.steps}
    assert (at["complete"].device.type, at["complete"].device_kind) == ("meta", "meta")
    assert (at["render"].device.type, at["render"].device_kind) == ("cpu", "cpu")


def test_files_of_earlier_steps_are_found_and_those_that_are_not_there_are_named(folder):
    at = context(matted(folder), folder, flow(), step="complete")
    made = leave(folder, "flow-inpaint", "motion", 2, 0.0, own="abc")
    assert at.file("motion", 2) == made
    assert at.identities("motion", [2]) == {"2": "abc"}
    with pytest.raises(UsageError, match=r"step motion has not been run for frame 3[\s\S]*--step flow-inpaint/motion"):
        at.file("motion", 3)
    with pytest.raises(UsageError, match="step register has not been run"):
        at.index_file("register")


def test_what_is_asked_often_is_read_once(folder):
    at, read = context(matted(folder), folder, flow(), step="complete"), []

    def found(context):
        read.append(context.name)
        return len(read)

    assert at.once(found) == at.once(found) == 1
    path = leave(folder, "flow-inpaint", "motion", 2, 0.0, own="abc")
    assert at.identity(path) == "abc"
    path.unlink()
    assert at.identity(path) == "abc"


def test_a_step_knows_its_places(folder):
    first, last = (context(matted(folder), folder, flow(), fit(), step="render", place=place) for place in (0, 1))
    assert first.path(2) == folder / "out.work/flow-inpaint/render/render.0002.exr"
    assert last.path(2) == folder / "out.2.exr"
    assert (first.is_result, last.is_result) == (False, True)
    assert last.folder == folder / "out.work/internal-fit/render"
    fitting = context(matted(folder), folder, flow(), fit(), step="fit")
    assert fitting.index_path == fitting.path(3) == folder / "out.work/internal-fit/fit/fit.json"


def test_a_file_that_is_not_there_holds_nothing(folder):
    at = context(matted(folder), folder, flow())
    assert at.content(folder / "nothing") == ""
    assert len(at.content(folder / "plate.1.exr")) == 64


def test_the_plate_is_kept_for_the_steps_that_share_what_is_kept(folder):
    first = context(matted(folder), folder, flow(), step="motion")
    later = context(matted(folder), folder, flow(), step="render")
    later.kept = first.kept
    frame = first.clip[1]
    assert later.clip is first.clip
    assert later.clip[1] is frame


def test_what_is_kept_has_its_part_of_the_memory_and_a_step_shares_what_is_left(folder):
    first = context(matted(folder), folder, flow(), step="motion", memory=64.0)
    everything = first.kept.memory(64.0).part(1.0)
    assert first.clip[1]
    later = context(matted(folder), folder, flow(), step="render", memory=64.0)
    later.kept = first.kept
    assert later.clip is first.clip
    parts = [later.resources.budget(share) for share in (0.5, 0.3, 0.3)]
    assert sum(parts) <= (1 - CLIP) * everything + len(parts)
    assert parts[2] < parts[1]
