"""What MaskPropagate promises beyond what every node does."""

import json
import shutil
import signal
import subprocess
import sys
from fractions import Fraction

import numpy as np
import pytest
from PIL import Image

from plugin.cli import main
from tests.contract.conftest import FRAMES, HEIGHT, MASK, WIDTH, Shot, background, bits, matte_at, same, write
from tests.contract.test_bad_input import ROOT, refused
from tests.stops import stop
from vfxlib.image.box import Box
from vfxlib.io.exr import read_channels, read_header
from vfxlib.io.movie import write_movie

pytestmark = pytest.mark.parametrize("case", [MASK], indirect=True, ids=["mask-propagate"], scope="session")


def overlap(a, b):
    """Intersection over union."""
    return (a & b).sum() / (a | b).sum()


def stamps(folder):
    """When each picture of a step was written."""
    return {path.name: path.stat().st_mtime_ns for path in folder.glob("*.exr")}


def test_every_bit_of_the_plate_is_kept_under_the_matte_too(done):
    for number in FRAMES:
        result, plate = done.result(number).channels, done.original(number).channels
        assert (result["matte.A"] > 0.5).any()
        for name in "RGBA":
            assert result[name].dtype == plate[name].dtype
            assert np.array_equal(bits(result[name]), bits(plate[name]))


def test_the_matte_of_the_key_s_frame_is_the_key_s(done):
    matte = done.result(1001).channels["matte.A"]
    assert matte.dtype == np.float16
    assert overlap(matte >= 0.5, matte_at(0) >= 0.5) > 0.9


def test_layers_hold_what_they_say(done):
    for number in FRAMES:
        channels = done.result(number).channels
        for name in ("matte.A", "confidence.A", "effect.A"):
            assert ((channels[name] >= 0) & (channels[name] <= 1)).all()
        assert channels["index.A"].dtype == np.float32
        assert set(np.unique(channels["index.A"])) == {0, 1}
        assert (channels["matte.A"][channels["index.A"] > 0] >= 0.5).all()


def test_objects_stay_apart_if_asked_and_keep_their_numbers(bare):
    shot = bare.make(range(1001, 1004))
    numbers = np.where(matte_at(0) >= 0.5, 2, 0).astype(np.uint32)
    numbers[5:15, 100:115] = 7
    write(shot.folder / "numbers.exr", {"index.A": numbers})
    words = ["--key", f"1001={shot.folder / 'numbers.exr'}", "--objects", "apart"]
    assert main([*unkeyed(shot), *words]) == 0
    channels = shot.result(1001).channels
    assert set(np.unique(channels["index.A"])) == {0, 2, 7}
    assert overlap(channels["index.A"] == 7, numbers == 7) > 0.8
    assert overlap(channels["index.A"] == 2, numbers == 2) > 0.8


def unkeyed(shot, out="", plate=""):
    """The command without its key."""
    words = shot.words("--progress", "none", out=out, plate=plate)
    place = words.index("--key")
    return words[:place] + words[place + 2 :]


def test_another_key_changes_the_mattes_and_measures_no_motion_anew(finished):
    shot = finished
    work, before = shot.work / "mask-propagate", shot.result(1004)
    motion, carried = stamps(work / "motion"), stamps(work / "carry")
    assert len(motion) == len(carried) == len(FRAMES)
    assert shot.run("--key", shot.key(1007)) == 0
    assert stamps(work / "motion") == motion
    assert all(stamp != carried[name] for name, stamp in stamps(work / "carry").items())
    assert before.header.attributes["paintout/fingerprint"] != fingerprint(shot, 1004)


def fingerprint(shot, number):
    return shot.result(number).header.attributes["paintout/fingerprint"]


def test_what_only_changes_the_edge_carries_nothing_anew(finished):
    shot = finished
    work = shot.work / "mask-propagate"
    before, small = stamps(work / "carry"), (shot.result(1003).channels["matte.A"] >= 0.5).sum()
    assert shot.run("--grow", "4") == 0
    assert stamps(work / "carry") == before
    assert (shot.result(1003).channels["matte.A"] >= 0.5).sum() > small


def test_a_carried_frame_that_an_artist_painted_is_used_and_kept(finished):
    shot = finished
    path = shot.work / "mask-propagate" / "carry" / "carry.1004.exr"
    height, width = read_channels(path, 1004).channels["matte.A"].shape
    painted = np.zeros((height, width), np.float16)
    painted[: height // 2] = 1
    write(path, {"matte.A": painted})
    content, others = path.read_bytes(), stamps(shot.folder / "out")
    assert shot.run() == 0
    assert path.read_bytes() == content
    assert (shot.result(1004).channels["matte.A"][: HEIGHT // 2 - 8] >= 0.5).all()
    after = stamps(shot.folder / "out")
    assert {name for name in after if after[name] != others[name]} == {"clean.1004.exr"}


def test_an_artist_s_frame_of_another_size_and_on_a_key_s_frame_is_used_too_until_overwritten(short):
    assert short.run() == 0
    folder, painted = short.work / "mask-propagate" / "carry", np.zeros((HEIGHT // 2, WIDTH // 2), np.float16)
    painted[:, : WIDTH // 8] = 1
    for number in (1001, 1002):
        write(folder / f"carry.{number}.exr", {"matte.A": painted})
    assert short.run("--key", short.key(1003)) == 0  # the others are carried anew, and compared with it
    for number in (1001, 1002):
        matte = short.result(number).channels["matte.A"]
        assert (matte[:, : WIDTH // 4 - 8] >= 0.5).all()
        assert (matte[:, WIDTH // 4 + 8 :] < 0.5).all()
    assert short.run("--key", short.key(1003), "--overwrite") == 0
    assert overlap(short.result(1001).channels["matte.A"] >= 0.5, matte_at(0) >= 0.5) > 0.9


def test_a_fit_of_other_objects_is_not_carried_with(bare, capsys):
    shot = bare.make(range(1001, 1003))
    numbers = np.zeros((HEIGHT, WIDTH), np.float16)
    numbers[40:60, 20:40], numbers[10:20, 80:100] = 1, 2
    write(shot.folder / "matte" / "matte.1001.exr", {"A": numbers})
    path = str(shot.folder / "job.json")
    assert shot.run() == 0
    assert shot.run("--objects", "apart", "--save", path) == 0
    words = ["run", path, "--step", "mask-propagate/carry", "--progress", "none"]
    refused(capsys, main(words), "1 objects", "wanted is one for 2", "run the fit again")


def test_only_the_layers_asked_for_are_written(finished):
    assert finished.run("--layers", "matte") == 0
    assert set(finished.result(1002).channels) == {"R", "G", "B", "A", "matte.A"}


def test_windows_are_kept_and_nothing_is_said_of_overscan(bare):
    shot = bare.make(range(1001, 1004))
    display, data = Box(0, 0, WIDTH - 16, HEIGHT - 8), Box(-8, -4, WIDTH - 8, HEIGHT - 4)
    for number in range(1001, 1004):
        raw = shot.original(number)
        picture = np.stack([raw.channels[name] for name in "RGB"], axis=-1)
        shot.write_plate(number, picture, display=display, data=data, origin=(100, 50))
        write(shot.folder / "matte" / f"matte.{number}.exr", {"A": matte_at(number - 1001)}, display=display, data=data)
    assert shot.run() == 0
    header = read_header(shot.folder / "out" / "clean.1001.exr")
    assert (header.display, header.data, header.origin) == (display, data, (100, 50))
    channels = shot.result(1001).channels
    assert overlap(channels["matte.A"] >= 0.5, matte_at(0) >= 0.5) > 0.9
    for name in ("matte.A", "index.A", "confidence.A", "effect.A"):
        assert not channels[name][:4].any()
        assert not channels[name][:, :8].any()
        assert not channels[name][-4:].any()


@pytest.mark.filterwarnings("ignore:'mode' parameter is deprecated:DeprecationWarning")
def test_an_eight_bit_plate_and_a_palette_key_will_do(bare, tmp_path):
    (tmp_path / "plate").mkdir()
    for place in range(3):
        code = np.round(255 * np.clip(background(1.5 * place), 0, 1) ** (1 / 2.2)).astype(np.uint8)
        Image.fromarray(code).save(tmp_path / "plate" / f"plate.{place + 1:04d}.png")
    palette = Image.fromarray(np.where(matte_at(0) > 0.5, 2, 0).astype(np.uint8), "P")
    palette.putpalette([value for i in range(256) for value in (i * 3 % 256, i * 7 % 256, i * 11 % 256)])
    palette.save(tmp_path / "key.png")
    words = ["--key", f"1={tmp_path / 'key.png'}", "--output-colorspace", "lin_rec709_scene"]
    assert main([*unkeyed(bare, plate=str(tmp_path / "plate")), *words]) == 0
    channels = read_channels(tmp_path / "out" / "clean.0001.exr", 1).channels
    assert channels["R"].dtype == np.float32
    assert overlap(channels["matte.A"] >= 0.5, matte_at(0) > 0.5) > 0.9
    linear = (code[..., 1].max() / 255.0) ** 2.2
    assert channels["G"].max() == pytest.approx(linear, rel=0.05)


def test_a_movie_is_a_plate(bare, tmp_path):
    codes = [np.round(255 * np.clip(background(1.5 * place), 0, 1) ** (1 / 2.2)).astype(np.uint8) for place in range(3)]
    write_movie(tmp_path / "plate.mp4", iter(codes), Fraction(24))
    write(tmp_path / "key.exr", {"A": matte_at(0).astype(np.float16)})
    words = ["--key", f"2={tmp_path / 'key.exr'}"]
    assert main([*unkeyed(bare, plate=str(tmp_path / "plate.mp4")), *words]) == 0
    channels = read_channels(tmp_path / "out" / "clean.0002.exr", 2).channels
    assert overlap(channels["matte.A"] >= 0.5, matte_at(0) >= 0.5) > 0.9


def test_weights_of_the_same_work_folder_are_no_start(finished, capsys):
    path = finished.work / "mask-propagate" / "fit" / "fit.json"
    refused(capsys, finished.run("--start", str(path)), "will write", "--work")


LONGER = ["--iterations", "8"]  # a fit with more than one step in every round


@pytest.fixture(scope="session")
def undisturbed(case, tmp_path_factory) -> Shot:
    """A short shot with a longer fit that nobody stopped."""
    shot = Shot(tmp_path_factory.mktemp("undisturbed"), case).make(range(1001, 1004))
    assert shot.run(*LONGER) == 0
    return shot


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL], ids=["SIGTERM", "SIGKILL"])
def test_a_fit_that_is_stopped_goes_on_to_the_same_bits(undisturbed, tmp_path, number):
    short = undisturbed
    command = [sys.executable, "-m", "plugin", *short.words(*LONGER, out=str(tmp_path / "again" / "clean.####.exr"))]
    process = subprocess.Popen([*command, "--progress", "plain"], cwd=ROOT, stderr=subprocess.PIPE, text=True)
    for line in process.stderr:
        if line.startswith("mask-propagate/fit 2"):
            break
    told, seconds = stop(process, number)
    assert process.returncode == (75 if number == signal.SIGTERM else -number), told
    assert seconds < 3
    assert "Traceback" not in told
    assert not list((tmp_path / "again").glob("*.exr"))
    again = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert again.returncode == 0, again.stderr
    for frame in range(1001, 1004):
        assert same(short.result(frame), read_channels(tmp_path / "again" / f"clean.{frame}.exr", frame))


def test_weights_of_a_finished_fit_are_a_start_for_another_with_one_key_more(done, short):
    path = next((done.work / "mask-propagate" / "fit").glob("*.safetensors"))
    assert short.run("--key", short.key(1003), "--start", str(path)) == 0
    job = json.loads(short.result(1002).header.attributes["paintout/job"])
    assert job["nodes"][0]["params"]["start"].endswith(path.name)


def test_an_object_on_the_other_side_of_a_cut_is_said_to_be_without_a_key(bare, capfd):
    shot = bare.make(range(1001, 1005))
    for place, number in enumerate(range(1003, 1005)):
        shot.write_plate(number, (background(1.5 * place, seed=9) * np.float32([0.2, 0.5, 2.0])).astype(np.float16))
    assert shot.run() == 0
    report = json.loads((shot.work / "mask-propagate" / "carry" / "report.json").read_text())
    assert "cut" in {finding["kind"] for finding in report["findings"]}
    words = ["--cuts", "1002", "--find-cuts", "off", "--progress", "plain"]
    assert shot.run(*words, out=str(shot.folder / "given" / "clean.####.exr")) == 0
    assert "cuts at 1002" in capfd.readouterr().err


# --- one job


def chained(shot, path, out) -> str:
    """A job in which FlowInpaint takes the mattes that MaskPropagate has made before it."""
    assert shot.run("--save", str(path), out=out) == 0
    told = json.loads(path.read_text())
    told["nodes"].append({"node": "flow-inpaint", "params": {"reach": 2}})
    path.write_text(json.dumps(told))
    return str(path)


def test_one_job_of_two_nodes_makes_what_two_commands_make(done, tmp_path):
    matte, out = str(done.folder / "out" / "clean.####.exr"), str(tmp_path / "two" / "clean.####.exr")
    words = ["flow-inpaint", "--plate", done.plate, "--matte", matte, "--matte-channel", "matte.A", "--reach", "2"]
    assert main([*words, "--out", out, "--progress", "none"]) == 0
    job = chained(done, tmp_path / "job.json", str(tmp_path / "one" / "clean.####.exr"))
    fit = "clean.work/mask-propagate/fit"  # the same in both
    shutil.copytree(done.folder / "out" / fit, tmp_path / "one" / fit)
    assert main(["run", job, "--progress", "none"]) == 0
    for number in FRAMES:
        one, two = (read_channels(tmp_path / name / f"clean.{number}.exr", number) for name in ("one", "two"))
        assert same(one, two)
    made = tmp_path / "one" / "clean.work" / "mask-propagate" / "render" / "render.1003.exr"
    assert np.array_equal(read_channels(made, 1003).channels["matte.A"], one_matte(done, 1003))


def one_matte(done, number):
    return done.result(number).channels["matte.A"]


def test_the_second_node_of_a_job_waits_for_the_first(short, capsys):
    job = chained(short, short.folder / "job.json", str(short.folder / "out" / "clean.####.exr"))
    capsys.readouterr()
    assert main(["run", job, "--dry-run"]) == 0
    assert "flow-inpaint/render" in capsys.readouterr().out
    code = main(["run", job, "--step", "flow-inpaint/motion", "--progress", "none"])
    refused(capsys, code, "mask-propagate/render")


def test_a_matte_beside_keys_is_refused(short, capsys):
    path = short.folder / "job.json"
    chained(short, path, str(short.folder / "out" / "clean.####.exr"))
    told = json.loads(path.read_text())
    told["shot"]["matte"] = "matte/matte.####.exr"
    path.write_text(json.dumps(told))
    refused(capsys, main(["run", str(path), "--progress", "none"]), "matte.####.exr", "mask-propagate makes the matte")


# --- bad keys


def test_no_key_is_named_as_what_is_missing(short, capsys):
    refused(capsys, main(unkeyed(short)), "--key", "no key")


def test_a_frame_with_two_keys_is_refused(short, capsys):
    refused(capsys, short.run("--key", short.key(1001)), "frame 1001 is given twice")


def test_a_key_for_a_frame_outside_the_job_is_refused_with_those_in_it(short, capsys):
    path = short.folder / "matte" / "matte.1001.exr"
    refused(capsys, short.run("--key", f"1009={path}"), "frame 1009", "1001-1003")
    refused(capsys, short.run("--frames", "1002-1003"), "frame 1001", "1002-1003")


@pytest.mark.parametrize(
    ("pixels", "said"),
    [
        pytest.param(np.zeros((HEIGHT, WIDTH)), ["empty"], id="empty"),
        pytest.param(np.ones((HEIGHT, WIDTH)), ["covers the whole picture", "inverted"], id="everything"),
        pytest.param(
            np.ones((HEIGHT, WIDTH - 4)), [f"{WIDTH - 4}x{HEIGHT}", f"{WIDTH}x{HEIGHT}"], id="of another size"
        ),
    ],
)
def test_a_key_that_cannot_be_one_is_refused_before_the_work(short, capsys, pixels, said):
    write(short.folder / "matte" / "matte.1001.exr", {"A": pixels.astype(np.float16)})
    refused(capsys, short.run(), *said)
    assert not (short.folder / "out").exists()


def test_an_empty_key_beside_another_says_that_the_object_is_not_there(short):
    write(short.folder / "matte" / "matte.1003.exr", {"A": np.zeros((HEIGHT, WIDTH), np.float16)})
    assert short.run("--key", short.key(1003)) == 0
    assert (short.result(1001).channels["matte.A"] >= 0.5).any()


def test_a_key_of_which_nothing_is_left_where_mattes_are_carried_is_refused_before_the_fit(short, capsys):
    write(short.folder / "matte" / "matte.1001.exr", {"A": np.full((HEIGHT, WIDTH), 0.4, np.float16)})
    refused(capsys, short.run(), "matte.1001.exr", "128x96", "too fine, or too faint", "paint the key wider")
    assert not (short.work / "mask-propagate" / "fit").exists()


def test_a_soft_key_has_no_objects_to_keep_apart(short, capsys):
    refused(capsys, short.run("--objects", "apart"), "whole numbers", "--objects joined")


def test_a_damaged_key_is_named(short, capsys):
    path = short.folder / "matte" / "matte.1001.exr"
    path.write_bytes(path.read_bytes()[:-50])
    refused(capsys, short.run(), "matte.1001.exr")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(["--key", "1002=/nowhere.exr"], ["/nowhere.exr"], id="no such key"),
        pytest.param(["--key", "1002"], ["FRAME=FILE"], id="key without its file"),
        pytest.param(["--matte-channel", "nothing"], ["nothing", "A"], id="channel"),
        pytest.param(["--matte-id", "9"], ["empty", "--matte-id"], id="object that is not in the key"),
        pytest.param(["--matte", "matte.####.exr"], ["--matte"], id="matte, which it makes"),
        pytest.param(["--fill", "fill.####.exr"], ["--fill"], id="fill, which it has no use for"),
        pytest.param(["--effect", "-1"], ["--effect", "0 to 1024"], id="parameter outside its limits"),
        pytest.param(["--start", "/nowhere.safetensors"], ["--start", "/nowhere.safetensors"], id="no such weights"),
        pytest.param(["--layers", "fill"], ["fill", "effect"], id="layer that it cannot write"),
    ],
)
def test_what_it_cannot_take_is_named(short, capsys, words, said):
    refused(capsys, short.run(*words), *said)
    assert not list(short.folder.glob("out/**/*.*"))


def test_keys_are_taken_by_no_node_that_has_no_use_for_them(short, capsys):
    path = short.folder / "job.json"
    assert short.run("--save", str(path)) == 0
    told = json.loads(path.read_text())
    told["nodes"] = [{"node": "flow-inpaint", "params": {}}]
    path.write_text(json.dumps(told))
    refused(capsys, main(["run", str(path), "--progress", "none"]), "flow-inpaint takes no key", "matte.1001.exr")
