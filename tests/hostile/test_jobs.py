"""Job files and options that are wrong, or come too late: exit 2 before any work, with the place and the way out."""

import json
import os

import numpy as np
import PyOpenColorIO as OCIO  # noqa: N814
import pytest

from tests.exr import write
from tests.hostile.place import FRAMES, HEIGHT, WIDTH, Case, Place, cases, files_in, try_case

LONG = "x" * 300
PAINTED = "plate/plate.0002.exr"


def job(change=None, *, node="border-mean", words=None):
    """A command that runs a job file which was valid until something in it was changed.

    change  is given its values
    node    that the job is of afterwards
    words   the command, in place of one that runs it
    """

    def make(place: Place) -> list[str]:
        assert place.run("--save", "j.json") == 0
        path = place.folder / "j.json"
        values = json.loads(path.read_text())
        if node != "border-mean":
            values["nodes"] = [{"node": node, "params": {}}]
        if change is not None:
            change(values)
        path.write_text(json.dumps(values))
        return words or ["run", "j.json", "--progress", "none"]

    return make


def at(*way, value):
    """A change that puts a value somewhere into a job."""

    def change(values) -> None:
        for name in way[:-1]:
            values = values[name]
        values[way[-1]] = value

    return change


def file(content: bytes):
    """A command that runs a job file with this content."""

    def make(place: Place) -> list[str]:
        (place.folder / "j.json").write_bytes(content)
        return ["run", "j.json"]

    return make


def pipe(place: Place) -> list[str]:
    os.mkfifo(place.folder / "j.json")
    return ["run", "j.json"]


def huge(place: Place) -> list[str]:
    with (place.folder / "j.json").open("wb") as made:
        made.truncate(65 * 2**20)
    return ["run", "j.json"]


def twice(place: Place) -> list[str]:
    words = job()(place)
    path = place.folder / "j.json"
    path.write_text(path.read_text().replace('"shot": {', '"shot": {"frames": "1",', 1))
    return words


def given(*words: str, node: str = "border-mean", **named: str):
    """A node's command with more words."""
    return lambda place: [node, *place.words(*words, **named)[1:]]


def edited(encoding: str):
    """A command that runs a job as another editor has saved it."""

    def make(place: Place) -> list[str]:
        words = job()(place)
        path = place.folder / "j.json"
        path.write_text(path.read_text(), encoding=encoding)
        return words

    return make


def plate_with(channels: dict[str, np.ndarray], frames=FRAMES):
    """Frames of the plate that hold other channels."""

    def make(place: Place) -> None:
        for number in frames:
            path = place.folder / f"plate/plate.{number:04d}.exr"
            write(path, channels, (WIDTH, HEIGHT))

    return make


def with_start(place: Place) -> list[str]:
    (place.folder / "junk.safetensors").write_bytes(b"\x08\0\0\0\0\0\0\0{}      ")
    return given("--start", "junk.safetensors", node="internal-fit")(place)


def with_encoder(place: Place) -> list[str]:
    (place.folder / "junk").write_bytes(b"junk")
    return given("--encoder", "junk", node="internal-fit")(place)


def painted_small(place: Place) -> list[str]:
    write(place.folder / "small.exr", dict.fromkeys("RGB", np.zeros((8, 8), np.float16)), (8, 8))
    return given("--paint", "2=small.exr", node="flow-inpaint")(place)


def painted_grey(place: Place) -> list[str]:
    return given("--paint", "2=matte/matte.0002.exr", node="flow-inpaint")(place)


def painted_nowhere(place: Place) -> list[str]:
    return given("--paint", f"2={LONG}", node="flow-inpaint")(place)


def painted_twice(place: Place) -> list[str]:
    return given("--paint", "2=a.exr", "--paint", "2=b.exr", node="flow-inpaint")(place)


def keyed_twice(place: Place) -> list[str]:
    return given("--key", "2=a.exr", "--key", "2=b.exr", node="mask-propagate", matte="")(place)


def below_zero(place: Place) -> list[str]:
    """A command whose frames and keys lie below zero, with no equals sign before them."""
    for number in (-3, -2, -1):
        place.plate(number, f"low/p.-000{-number}.exr")
    key = place.matte(-3, "low/key.exr")
    shot = ["--plate", "low/p.####.exr", "--key", f"-3={key}", "--frames", "-3--1", "--grow", "-1.5e0"]
    return ["mask-propagate", *shot, "--out", "low/c.####.exr", "--save", "low/j.json"]


def dead_fill(place: Place) -> list[str]:
    """Of two nodes the first takes a fill, and the second takes nothing of the first."""

    def change(values) -> None:
        values["nodes"] = [{"node": "internal-fit"}, {"node": "flow-inpaint"}]
        values["shot"]["fill"] = values["shot"]["plate"]

    return job(change)(place)


def lone_step(place: Place) -> list[str]:
    return [*job(node="flow-inpaint")(place), "--step", "flow-inpaint/register", "--frames", "1"]


GREY = np.zeros((HEIGHT, WIDTH), np.float16)
NODE, PARAMS = ("nodes", 0), ("nodes", 0, "params")
TABLE = [
    Case("parms for params", job(at(*NODE, "parms", value={})), 2, ("nodes[0]", "'parms'", "write 'params'"), ()),
    Case("an unknown key at the top", job(at("outputs", value={})), 2, ("'outputs'", "write 'output'"), ()),
    Case("an unknown key in shot", job(at("shot", "plates", value="a")), 2, ("shot", "write 'plate'"), ()),
    Case("an unknown key in output", job(at("output", "theads", value=1)), 2, ("output", "write 'threads'"), ()),
    Case("an unknown parameter", job(at(*PARAMS, "gorw", value=1)), 2, ("nodes[0].params", "write 'grow'"), ()),
    Case("an unknown node", job(at(*NODE, "node", value="boarder-mean")), 2, ("write 'border-mean'",), ()),
    Case("a node that is a number", job(at(*NODE, "node", value=5)), 2, ("nodes[0].node",), ()),
    Case("a node that is a list", job(at("nodes", value=[[]])), 2, ("nodes[0]",), ()),
    Case("paintout true", job(at("paintout", value=True)), 2, ("no job file",), ()),
    Case("record is no truth value", job(at("record", value="yes")), 2, ("'record'",), ()),
    Case("frames 5", job(at("shot", "frames", value=5)), 2, ("shot.frames: 5",), ()),
    Case("frames null", job(at("shot", "frames", value=None)), 2, ("shot.frames: None",), ()),
    Case("frames true", job(at("shot", "frames", value=True)), 2, ("shot.frames: True",), ()),
    Case("frames of words", job(at("shot", "frames", value=["a"])), 2, ("shot.frames: 'a'",), ()),
    Case("frames NaN", job(at("shot", "frames", value=float("nan"))), 2, ("shot.frames: nan",), ()),
    Case("frames infinite", job(at("shot", "frames", value=[1e400])), 2, ("shot.frames: inf",), ()),
    Case("a million frames", job(at("shot", "frames", value=[1] * 1_000_001)), 2, ("shot.frames",), ()),
    Case("cuts 5", job(at(*PARAMS, "cuts", value=5), node="flow-inpaint"), 2, ("params.cuts: 5",), ()),
    Case("a number too large", job(at("output", "memory", value=10**400)), 2, ("output.memory",), ()),
    Case("a plate that is a list", job(at("shot", "plate", value=["a"])), 2, ("shot.plate",), ()),
    Case("NUL in the plate", job(at("shot", "plate", value="a\0b")), 2, ("shot.plate", "no name can have"), ()),
    Case("half a surrogate pair", job(at("output", "out", value="a\ud800b")), 2, ("output.out", "no name"), ()),
    Case("NUL in a layer", job(at("shot", "plate_layer", value="\0")), 2, ("shot.plate_layer",), ()),
    Case("nesting of 100,000", file(b'{"paintout": 2, "shot": ' + b"[" * 100_000), 2, ("nested deeper",), ()),
    Case("nesting that is closed", file(b"[" * 5000 + b"]" * 5000), 2, ("nested deeper",), ()),
    Case("a job that is empty", file(b""), 2, ("cannot be read as a job file",), ()),
    Case("a job that is no text", file(b"\xff\xfe\xff" * 9), 2, ("cannot be read as a job file",), ()),
    Case("a job that is a plate", lambda place: ["run", PAINTED], 2, ("cannot be read as a job file",), ()),
    Case("a job that is a folder", lambda place: ["run", "plate"], 2, ("cannot read the job file",), ()),
    Case("a job that is a pipe", pipe, 2, ("no regular file",), ()),
    Case("a job of 65 MiB", huge, 2, ("more than",), ()),
    Case("a job that is not there", lambda place: ["run", "none.json"], 2, ("cannot read the job file",), ()),
    Case("a job with a long name", lambda place: ["run", LONG], 2, ("cannot read the job file",), ()),
    Case("a name that stands twice", twice, 2, ("'frames' stands in it twice",), ()),
    Case("a job with a byte order mark", edited("utf-8-sig"), 0, (), FRAMES),
    Case("a job in UTF-16", edited("utf-16"), 0, (), FRAMES),
    Case("frames of 5,000 digits", given("--frames", "9" * 5000), 2, ("999...",), ()),
    Case("frames of 5,000 digits of a run", job(words=["run", "j.json", "--frames", "9" * 5000]), 2, ("999...",), ()),
    Case("a key of 5,000 digits", given("--paint", "9" * 5000 + "=a.exr", node="flow-inpaint"), 2, ("--paint",), ()),
    Case("an output with a long name", given(out=f"out/{LONG}.####.exr"), 2, ("too long", LONG), ()),
    Case("an output in a folder with a long name", given(out=f"{LONG}/c.####.exr"), 2, ("too long",), ()),
    Case("an output below a file", given(out=f"{PAINTED}/c.####.exr"), 2, ("Not a directory",), ()),
    Case("a work folder with a long name", given("--work", LONG), 2, ("too long",), ()),
    Case("a job saved under a long name", given("--save", LONG), 2, ("too long",), ()),
    Case(
        "a painted frame with a long name", given("--paint", f"2={LONG}", node="flow-inpaint"), 2, ("no such file",), ()
    ),
    Case("a job saved under no name", given("--save", ""), 2, ("--save",), ()),
    Case("a job saved and planned", given("--save", "j.json", "--dry-run"), 2, ("--dry-run --save",), ()),
    Case("two painted frames for one", painted_twice, 2, ("--paint: frame 2 is given twice", "a.exr", "b.exr"), ()),
    Case("two keys for one frame", keyed_twice, 2, ("--key: frame 2 is given twice", "a.exr", "b.exr"), ()),
    Case("a painted frame of another size", painted_small, 2, ("small.exr", "8x8"), ()),
    Case("a painted frame without colour", painted_grey, 2, ("matte.0002.exr", "no red, green and blue"), ()),
    Case("an encoder that is none, and is not used", with_encoder, 2, ("junk",), ()),
    Case("weights that are none", with_start, 2, ("junk.safetensors",), ()),
    Case("a plate without colour", plate_with({"A": GREY}), 2, ("no red, green and blue", "plate.0001.exr"), ()),
    Case("one frame without colour", plate_with({"A": GREY}, [3]), 2, ("no red, green and blue", "plate.0003.exr"), ()),
    Case("a plate of luminance and chroma", plate_with(dict.fromkeys(("Y", "RY", "BY"), GREY)), 2, ("chroma",), ()),
    Case("a layer that is not there", given("--plate-layer", "nope"), 2, ("'nope'", "it holds"), ()),
    Case("frames below zero", below_zero, 0, (), None),
]


@cases(TABLE)
def test_what_is_wrong_with_a_job_is_found_before_any_work(case, tmp_path, capsys):
    place = try_case(case, tmp_path, capsys)
    if case.code == 2:
        assert not [name for name in files_in(tmp_path) if "work" in name]
        assert not (place.folder / "~").exists()


VAIN = [
    (given("--quality", "best", "--iterations", "3", node="internal-fit"), "--quality has no effect: --iterations"),
    (given("--take-over", "0.3", node="internal-fit"), "--take-over has no effect: there is no fill to keep"),
    (given("--soften", "3", node="internal-fit"), "--soften has no effect: there is no fill to keep"),
    (given("--cuts", "2,900", node="flow-inpaint"), "900 of --cuts has no effect: the job has no such frame"),
    (given("--seed", "3"), "--seed has no effect: nothing in this job is random"),
    (dead_fill, "--fill has no effect: of internal-fit, which takes it, no result is used"),
    (dead_fill, "internal-fit has no effect: flow-inpaint takes nothing from it"),
    (lone_step, "--frames has no effect: flow-inpaint/register is one task for the whole shot"),
]


@pytest.mark.parametrize(("make", "said"), VAIN, ids=[said[:40] for _, said in VAIN])
def test_what_is_given_in_vain_is_told(make, said, tmp_path, capsys, caplog):
    place = Place(tmp_path).make()
    assert place.main(*make(place), "--dry-run") == 0
    assert said in caplog.text + capsys.readouterr().err


def test_of_what_has_an_effect_nothing_is_told(tmp_path, caplog):
    place = Place(tmp_path).make()
    words = place.words("--fill", "plate/plate.####.exr", "--take-over", "0.3", "--iterations", "3", "--seed", "1")
    assert place.main("internal-fit", *words[1:], "--dry-run") == 0
    assert place.run("--work", "w") == 0
    assert not [line for line in caplog.messages if "effect" in line]


def test_when_every_frame_has_failed_it_is_not_said_that_others_are_done(tmp_path, capsys):
    place = Place(tmp_path).make()
    for number in FRAMES:
        path = place.plate(number)
        content = path.read_bytes()
        path.write_bytes(content[:-200] + b"\xff" * 200)
    assert place.run() == 1
    assert "other frames" not in capsys.readouterr().err


@pytest.mark.parametrize("config", [None, "config.ocio"])
def test_a_saved_job_and_a_record_name_the_colour_configuration_and_render_the_same_elsewhere(
    config, tmp_path, monkeypatch
):
    place = Place(tmp_path).make()
    other = OCIO.Config.CreateFromBuiltinConfig("cg-config-latest").serialize()
    for name in ("config.ocio", "third.ocio"):
        (tmp_path / name).write_text(other)
    set_or_not(monkeypatch, config)
    monkeypatch.chdir(tmp_path)
    assert place.run("--save", "j.json") == 0
    assert place.run() == 0
    for name in ("j.json", "out/clean.work/job.json"):
        told = json.loads((tmp_path / name).read_text())["shot"]["ocio"]
        assert ((tmp_path / name).parent / told).samefile(config) if config else told == "ocio://studio-config-latest"
    set_or_not(monkeypatch, None if config else "third.ocio")
    before = files_in(tmp_path / "out")
    assert place.main("run", "j.json", "--progress", "none") == 0
    after = files_in(tmp_path / "out")
    changed = {name for name in before if after[name] != before[name]}
    assert changed <= {"clean.work/job.json", "clean.work/digests.json"}
    assert place.main("status", "out/clean.work/job.json") == 0


def set_or_not(monkeypatch, config: str | None) -> None:
    if config:
        monkeypatch.setenv("OCIO", config)
    else:
        monkeypatch.delenv("OCIO", raising=False)
