"""A job is checked when it is opened, before any work, and each node sees the shot in its own way."""

import os
from dataclasses import replace

import numpy as np
import PyOpenColorIO as OCIO  # noqa: N814
import pytest

from nodes.engine.open_job import check_is_not_output, check_pictures, open_job, results_of
from nodes.shot import Shot
from tests.nodes.engine.made import DISPLAY, fit, flow, job, keyed, mask, matted, write, write_half
from vfxlib.errors import MatteError, OutputError, PictureError, SequenceError, UsageError
from vfxlib.image.box import Box
from vfxlib.inputs.shot import check_mattes
from vfxlib.io.exr import write_exr


def opened(shot, folder, *nodes, **output):
    return open_job(job(shot, folder, *nodes, **output))


# --- as the nodes see it


def test_every_node_that_takes_a_matte_grows_it_by_its_own_pixels(folder):
    nodes = (mask(grow=8.0), flow(grow=2.0), fit(grow=-3.0), flow())
    assert [seen.grow for seen in opened(keyed(folder), folder, *nodes).nodes] == [0, 2, -3, 0]


def test_one_matte_is_grown_for_one_node_and_shrunk_for_another(folder):
    found = opened(matted(folder), folder, flow(grow=2.0), flow(grow=-2.0), flow())
    assert [int((seen.matte_of(1) > 0).sum(axis=1)[5]) for seen in found.nodes] == [10, 6, 8]
    assert found.shot.grow == 0


def test_objects_are_kept_apart_for_the_node_that_asks_for_it(folder):
    # two objects in one key, by their numbers
    pixels = np.zeros((DISPLAY.height, DISPLAY.width), np.float16)
    pixels[:, :4], pixels[:, 4:8] = 1, 2
    path = folder / "two.exr"
    write_exr(path, display=DISPLAY, origin=(0, 0), data=DISPLAY, aspect=1.0, channels={"A": pixels}, attributes={})
    joined, apart = opened(keyed(folder, (1, str(path))), folder, mask(), mask(objects="apart")).nodes
    assert (joined.keys.apart, joined.keys.objects) == (False, (1,))
    assert (apart.keys.apart, apart.keys.objects) == (True, (1, 2))


def test_a_fill_is_seen_by_the_nodes_that_take_one(folder):
    found = opened(matted(folder, fill=f"{folder}/fill.#.exr"), folder, flow(), fit())
    assert [seen.fill is not None for seen in found.nodes] == [False, True]


def test_of_a_shot_without_a_matte_all_is_known_and_nothing_must_go(folder):
    seen = opened(keyed(folder), folder, mask(), flow(grow=4.0)).nodes[0]
    frame = seen.read(2)
    assert seen.matte is None
    assert not frame.matte.any()
    assert not frame.hole.any()
    assert frame.known.all()
    check_mattes(seen)


def test_the_frames_of_an_opened_job_are_those_of_the_plate_unless_some_are_asked_for(folder):
    assert opened(matted(folder), folder, flow()).job.shot.frames == (1, 2, 3)
    assert opened(matted(folder, frames="1-3x2"), folder, flow()).job.shot.frames == (1, 3)


def test_what_a_node_leaves_for_another_is_named_before_it_is_there(folder):
    found = opened(matted(folder), folder, flow(), flow(), fit()).job
    paths = [results_of(found, each).path(2) for each in found.nodes[:2]]
    assert paths == [
        folder / "out.work" / name / "render/render.0002.exr" for name in ("flow-inpaint", "flow-inpaint-2")
    ]
    assert not any(path.exists() for path in paths)


# --- what is refused


def test_a_file_that_is_not_there_is_told_before_any_work(folder):
    with pytest.raises(UsageError, match=r"--encoder /nowhere/vgg: there is no such file"):
        opened(matted(folder), folder, fit(encoder="/nowhere/vgg"))


def test_weights_that_the_job_itself_writes_are_no_start_for_it(folder):
    path = folder / "out.work" / "internal-fit" / "fit" / "level0.safetensors"
    path.parent.mkdir(parents=True)
    path.write_text("weights")
    with pytest.raises(UsageError, match="internal-fit of this job will write"):
        opened(matted(folder), folder, fit(start=str(path)))
    opened(matted(folder), folder, fit(start=str(path)), work=str(folder / "another.work"))


def test_a_second_node_may_start_from_the_weights_of_another_job_but_not_from_its_own(folder):
    path = folder / "out.work" / "internal-fit-2" / "fit" / "level0.safetensors"
    path.parent.mkdir(parents=True)
    path.write_text("weights")
    opened(matted(folder), folder, fit(start=str(path)))
    with pytest.raises(UsageError, match="internal-fit-2 of this job will write"):
        opened(matted(folder), folder, fit(), fit(start=str(path)))


def test_a_fill_that_misses_a_frame_is_refused(folder):
    (folder / "fill.2.exr").unlink()
    with pytest.raises(SequenceError, match="the fill is missing on frames 2"):
        opened(matted(folder, fill=f"{folder}/fill.#.exr"), folder, fit())


def test_a_result_on_top_of_plate_matte_fill_or_key_is_refused(folder):
    write_half(folder / "key.2.exr", 1.0)
    given = matted(folder, fill=f"{folder}/fill.#.exr")
    for shot, node, out in (
        (given, fit(), "plate.#.exr"),
        (given, fit(), "matte.#.exr"),
        (given, fit(), "fill.#.exr"),
        (keyed(folder, (2, f"{folder}/key.2.exr")), mask(), "key.#.exr"),
    ):
        with pytest.raises(OutputError, match="on top of the input"):
            opened(shot, folder, node, out=f"{folder}/{out}", overwrite=True)


def test_a_result_on_top_of_the_input_is_refused_by_another_way_to_it_too(folder):
    (folder / "link").symlink_to(folder)
    with pytest.raises(OutputError, match="on top of the input"):
        opened(matted(folder), folder, flow(), out=f"{folder}/link/plate.#.exr")


def test_a_result_on_top_of_the_input_is_refused_through_a_hard_link_too(folder):
    for number in (1, 2, 3):
        os.link(folder / f"plate.{number}.exr", folder / f"out.{number}.exr")
    with pytest.raises(OutputError, match=r"out\.1\.exr: the output lies on top of the input"):
        opened(matted(folder), folder, flow(), overwrite=True)


def test_a_result_on_top_of_a_frame_that_is_only_read_by_its_neighbours_is_refused(folder):
    shot = replace(matted(folder), frames=(1,))
    (folder / "out.1.exr").symlink_to(folder / "plate.2.exr")
    with pytest.raises(OutputError, match="on top of the input"):
        opened(shot, folder, flow(), overwrite=True)


def test_a_result_on_top_of_the_colour_configuration_is_refused(folder, monkeypatch):
    config = OCIO.Config.CreateFromBuiltinConfig("cg-config-latest")
    (folder / "out.2.exr").write_text(config.serialize())
    monkeypatch.setenv("OCIO", str(folder / "out.2.exr"))
    with pytest.raises(OutputError, match="on top of the input"):
        opened(matted(folder), folder, flow(), overwrite=True)


def test_a_file_that_would_take_the_place_of_a_result_is_refused(folder):
    found = opened(matted(folder), folder, flow())
    with pytest.raises(OutputError, match="--save there: is a frame of the output"):
        check_is_not_output(found, folder / "." / "out.2.exr", "--save there")
    check_is_not_output(found, folder / "out.json", "--save there")


def test_a_result_on_top_of_a_frame_that_an_artist_has_painted_is_refused(folder):
    painted = write(folder / "out.2.exr", 0.1)
    with pytest.raises(OutputError, match="on top of the input"):
        opened(matted(folder), folder, flow(paint=((2, str(painted)),)), overwrite=True)


def test_a_painted_frame_that_is_not_there_is_told_before_any_work(folder):
    with pytest.raises((UsageError, SequenceError), match="none"):
        opened(matted(folder), folder, flow(paint=((2, f"{folder}/none.exr"),)))


def test_an_opened_job_names_the_colour_configuration_that_is_in_use(folder, monkeypatch):
    monkeypatch.delenv("OCIO", raising=False)
    assert opened(matted(folder), folder, flow()).job.shot.ocio == "ocio://studio-config-latest"
    monkeypatch.setenv("OCIO", "ocio://cg-config-latest")
    found = opened(matted(folder), folder, flow())
    assert found.job.shot.ocio == "ocio://cg-config-latest"
    monkeypatch.delenv("OCIO")
    again = open_job(found.job)
    assert again.shot.colours.identity == found.shot.colours.identity


def test_a_frame_without_colour_is_told_before_any_work(folder):
    write(folder / "plate.3.exr", 0.5, "A")
    with pytest.raises(PictureError, match=r"plate\.3\.exr: there is no red, green and blue"):
        opened(matted(folder), folder, flow())
    with pytest.raises(PictureError, match="layer 'nope' has no red, green and blue"):
        opened(matted(folder, plate_layer="nope"), folder, flow())


def test_what_is_given_in_vain_is_told_when_a_job_is_opened(folder, caplog):
    opened(matted(folder), folder, flow(cuts=(9,)))
    assert caplog.messages == ["9 of --cuts has no effect: the job has no such frame"]


@pytest.mark.parametrize("out", ["x" * 300 + ".#.exr", "x" * 250 + ".#.exr", "new/" + "x" * 300 + "/o.#.exr"])
def test_an_output_whose_name_no_file_can_have_is_refused(folder, out):
    with pytest.raises(OutputError, match="cannot be written"):
        opened(matted(folder), folder, flow(), out=f"{folder}/{out}")


def test_an_output_below_a_file_is_refused(folder):
    with pytest.raises(OutputError, match="cannot be written"):
        opened(matted(folder), folder, flow(), out=f"{folder}/plate.1.exr/new/o.#.exr")


def test_what_is_no_regular_file_is_no_file_of_a_parameter(folder):
    with pytest.raises(UsageError, match="it is no regular file"):
        opened(matted(folder), folder, fit(start=str(folder)))
    with pytest.raises(UsageError, match="there is no such file"):
        opened(matted(folder), folder, fit(start="x" * 300))


@pytest.mark.parametrize(
    ("out", "problem"),
    [("", "no output is given"), ("out.#.png", "must be an EXR"), ("out.exr", "no place for the frame number")],
)
def test_an_output_that_cannot_hold_the_result_is_refused(folder, out, problem):
    with pytest.raises(UsageError, match=problem):
        opened(matted(folder), folder, flow(), out=out and f"{folder}/{out}")


def test_layers_that_the_last_node_does_not_write_are_refused(folder):
    with pytest.raises(UsageError, match="no layer 'index'"):
        opened(keyed(folder), folder, mask(), fit(), layers="index")


def test_a_key_that_does_not_fit_is_refused(folder):
    with pytest.raises(UsageError, match="frame 4 is not in the job"):
        opened(keyed(folder, (4, f"{folder}/first.exr")), folder, mask())
    with pytest.raises(MatteError, match="no matte channel 'roto'"):
        opened(keyed(folder, matte_channel="roto"), folder, mask())
    with pytest.raises(MatteError, match="every key is empty"):
        opened(keyed(folder, matte_id=5), folder, mask())


def test_a_plate_frame_of_another_size_is_refused_and_a_job_without_a_plate_too(folder):
    write(folder / "plate.2.exr", 0.5, display=Box(0, 0, 18, 12))
    with pytest.raises(SequenceError, match="frame 2 is 18x12, the first one 16x12"):
        opened(matted(folder), folder, flow())
    with pytest.raises(UsageError, match="no plate is given"):
        opened(Shot(), folder, flow())


def test_mattes_are_looked_at_before_the_work_as_each_node_grows_them(folder):
    check_pictures(opened(matted(folder), folder, flow(), flow(grow=-2.0)))
    with pytest.raises(MatteError, match="empty on every frame"):
        check_pictures(opened(matted(folder), folder, flow(), flow(grow=-20.0)))
    with pytest.raises(MatteError, match="covers the whole picture"):
        check_pictures(opened(matted(folder), folder, flow(grow=20.0)))
    check_pictures(opened(keyed(folder), folder, mask(), flow(grow=20.0)))  # what is made is not there to be looked at
