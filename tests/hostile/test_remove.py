"""Objects that are chosen: the right hole and a layer for each, or an error that names what is wrong."""

import json

import numpy as np
import pytest

from tests.exr import write
from tests.hostile.place import FRAMES, HEIGHT, WIDTH, Case, Place, cases, try_case
from vfxlib.image.box import Box
from vfxlib.inputs.cryptomatte import id_of
from vfxlib.inputs.matte import open_matte
from vfxlib.io.exr import read_channels

SIZE = (WIDTH, HEIGHT)
PLACES = {1: np.s_[4:12, 6:16], 2: np.s_[15:25, 24:36], 3: np.s_[26:34, 40:52]}
NAMES = {1: "dog", 2: "Ball (red)", 3: "ball.red"}


def numbers(dtype=np.float16) -> np.ndarray:
    """Three objects."""
    found = np.zeros((HEIGHT, WIDTH), dtype)
    for number, place in PLACES.items():
        found[place] = number
    return found


def soft() -> np.ndarray:
    """The same objects with an edge of two pixels that is theirs, but too faint to be numbered."""
    edge = np.zeros((HEIGHT, WIDTH), np.float16)
    for rows, columns in PLACES.values():
        edge[rows.start - 2 : rows.stop + 2, columns.start - 2 : columns.stop + 2] = 0.25
    return np.where(numbers() > 0, np.float16(1), edge)


def cryptomatte() -> tuple[dict, dict]:
    """The same objects as a Cryptomatte."""
    ids = {number: np.array([id_of(name)], np.uint32).view(np.float32)[0] for number, name in NAMES.items()}
    rank = np.zeros((HEIGHT, WIDTH), np.float32)
    for number, place in PLACES.items():
        rank[place] = ids[number]
    nothing = np.zeros_like(rank)
    channels = {"obj00.R": rank, "obj00.G": (rank != 0).astype(np.float32), "obj00.B": nothing, "obj00.A": nothing}
    table = {name: f"{id_of(name):08x}" for name in NAMES.values()}
    return channels, {"cryptomatte/1a2b3c4/name": "obj", "cryptomatte/1a2b3c4/manifest": json.dumps(table)}


def given(kind: str, *words: str):
    """A case's maker: the objects as mattes of a kind, and the node's command with more words."""

    def make(place: Place) -> list[str]:
        made, more = {
            "numbers": ({"A": numbers()}, {}),
            "made": ({"A": numbers() * 0 + 1, "matte.A": soft(), "index.A": numbers(np.float32)}, {}),
            "cryptomatte": cryptomatte(),
            "soft": ({"A": (soft() * np.linspace(0, 1, WIDTH)).astype(np.float16)}, {}),
        }[kind]
        for number in FRAMES:
            write(place.folder / f"matte/matte.{number:04d}.exr", made, SIZE, **more)
        return place.words(*words)

    return make


LAYER = ("--matte-channel", "cryptomatte:obj")
TABLE = [
    Case("a name of numbers", given("numbers", "--remove", "dog"), 2, ("'dog' is no number", "cryptomatte:"), ()),
    Case("a number that is nowhere", given("numbers", "--remove", "1,7"), 2, ("object 7 is on no frame",), ()),
    Case("number 0", given("numbers", "--remove", "0"), 2, ("no object has the number 0",), ()),
    Case("nothing", given("numbers", "--remove", ", ,"), 2, ("names no object",), ()),
    Case("two choices", given("numbers", "--remove", "1", "--matte-id", "2"), 2, ("both choose objects",), ()),
    Case("a number of a soft matte", given("soft", "--remove", "1,2"), 2, ("on no frame",), ()),
    Case("a layer without a name", given("cryptomatte", *LAYER), 2, ("names no object", "--remove"), ()),
    Case("a name near another", given("cryptomatte", *LAYER, "--remove", "dgo"), 2, ("did you mean dog?",), ()),
    Case(
        "one of two names is not there",
        given("cryptomatte", *LAYER, "--remove", "dog,cat"),
        2,
        ("has no 'cat'",),
        (),
    ),
    Case(
        "a name beside names",
        given("cryptomatte", "--matte-channel", "cryptomatte:obj/dog", "--remove", "dog"),
        2,
        ("chooses objects", "leave out --remove"),
        (),
    ),
    Case(
        "objects as a layer of one matte", given("soft", "--layers", "objects"), 0, ("--layers objects has no",), FRAMES
    ),
    Case("a layer that is none", given("numbers", "--layers", "object"), 2, ("there is no layer", "objects"), ()),
]


@cases(TABLE)
def test_a_choice_that_cannot_be_is_named(case, tmp_path, capsys):
    try_case(case, tmp_path, capsys)


@pytest.mark.parametrize(
    ("kind", "remove", "words", "layers"),
    [
        ("numbers", "1,3", (), {"matte_1": 1, "matte_3": 3}),
        ("numbers", "2", (), {"matte_2": 2}),
        ("made", "1,3", (), {"matte_1": 1, "matte_3": 3}),
        ("made", "3", ("--matte-channel", "matte"), {"matte_3": 3}),
        ("cryptomatte", "dog,ball.red", LAYER, {"matte_dog": 1, "matte_ball_red": 3}),
        ("cryptomatte", "Ball?(red),ball.red", LAYER, {"matte_Ball__red_": 2, "matte_ball_red": 3}),
    ],
)
def test_what_is_chosen_goes_and_each_object_is_a_layer(kind, remove, words, layers, tmp_path):
    place = Place(tmp_path).make()
    assert place.main(*given(kind, "--remove", remove, *words)(place)) == 0
    result = read_channels(place.out(2), 2).channels
    assert {name for name in result if name.startswith("matte_")} == {f"{layer}.A" for layer in layers}
    edge = 2 if kind == "made" else 0
    union = np.zeros((HEIGHT, WIDTH), np.float16)
    for layer, number in layers.items():
        rows, columns = PLACES[number]
        around = np.s_[rows.start - edge : rows.stop + edge, columns.start - edge : columns.stop + edge]
        expected = np.zeros_like(union)
        expected[around] = (soft() if edge else numbers() > 0)[around]
        assert np.array_equal(result[f"{layer}.A"], expected)
        assert result[f"{layer}.A"].dtype == np.float16
        union += expected
    assert np.array_equal(result["matte.A"], union)
    plate = read_channels(tmp_path / "plate/plate.0002.exr", 2).channels
    assert np.array_equal(result["R"][union == 0], plate["R"][union == 0])


def test_layers_choose_whether_objects_are_written(tmp_path):
    place = Place(tmp_path).make()
    words = given("numbers", "--remove", "1,2")(place)
    for layers, wanted in (("none", set()), ("matte", {"matte.A"}), ("objects", {"matte_1.A", "matte_2.A"})):
        assert place.main(*words, "--layers", layers) == 0
        assert {name for name in read_channels(place.out(1), 1).channels if "." in name} == wanted


def test_another_choice_makes_the_frames_anew(tmp_path, capsys):
    place = Place(tmp_path).make()
    assert place.main(*given("numbers", "--remove", "1,2")(place)) == 0
    assert place.main("status", "out/clean.work/job.json") == 0
    job = json.loads((tmp_path / "out/clean.work/job.json").read_text())
    job["shot"]["remove"] = "1,3"
    other = tmp_path / "out/clean.work/other.json"
    other.write_text(json.dumps(job))
    capsys.readouterr()
    assert place.main("status", "--json", str(other)) == 1
    assert json.loads(capsys.readouterr().out)["steps"][-1]["frames"]["stale"] == "1-3"
    del job["shot"]["remove"]  # as an earlier version wrote it
    other.write_text(json.dumps(job))
    assert place.main("run", str(other), "--progress", "none") == 0
    assert not any(name.startswith("matte_") for name in read_channels(place.out(1), 1).channels)


@pytest.mark.parametrize(
    ("kind", "words", "names"),
    [
        ("numbers", ("--remove", "1,3"), {"matte_1": 1, "matte_3": 3}),
        ("made", ("--remove", "1,3"), {"matte_1": 1, "matte_3": 3}),
        ("cryptomatte", (*LAYER, "--remove", "Ball (red),ball.red"), {"Ball (red)": 2, "ball.red": 3}),
        ("cryptomatte", ("--matte-channel", "cryptomatte:obj/dog"), {"dog": 1}),
        ("soft", (), {"matte": 0}),
    ],
)
def test_a_cryptomatte_of_what_goes_is_read_back_object_by_object(kind, words, names, tmp_path):
    place = Place(tmp_path).make()
    assert place.main(*given(kind, *words, "--cryptomatte", "--layers", "matte,objects")(place)) == 0
    result = read_channels(place.out(3), 3).channels
    union = np.zeros((HEIGHT, WIDTH), np.float32)
    for name, number in names.items():
        spelt = f"cryptomatte:cryptoObject/{name}"
        matte, _ = open_matte(str(place.out(3)), spelt).read(3, Box(0, 0, WIDTH, HEIGHT))
        union += matte
        if number:
            assert (matte[PLACES[number]] == 1).all()
    assert np.array_equal(union.astype(np.float16), result["matte.A"])


def test_without_objects_that_go_there_is_no_cryptomatte(tmp_path):
    place = Place(tmp_path).make()
    assert place.run() == 0
    assert not any(name.startswith("crypto") for name in read_channels(place.out(1), 1).channels)
    assert place.run("--cryptomatte") == 0, "its own frames are replaced"
    assert "cryptoObject00.R" in read_channels(place.out(1), 1).channels
