"""The recipe's jobs in strange hands: nodes left out, sizes that do not fit, files of an artist's, stops."""

import json
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np
import pytest

from tests.exr import write
from tests.hostile.place import Case, Place, cases, files_in, try_case
from vfxlib.io.exr import read_channels

WIDTH, HEIGHT, FRAMES = 97, 66, (1, 2, 3)  # 64 for the working size makes 48x33 of it, which divides neither side
LOW = (48, 33)
RUN = ("--device", "cpu", "--progress", "none")

Change = Callable[[list[dict]], object]


def shot(folder: Path, frames: Iterable[int] = FRAMES) -> Place:
    """A place with a plate that is larger than the working size; mattes, a key of three objects, painted frames."""
    place = Place(folder)
    wide = np.random.default_rng(5).random((HEIGHT, WIDTH + 20, 3))
    wide = (wide[:, :-2] + wide[:, 1:-1] + wide[:, 2:]) / 3
    for number in frames:
        picture = wide[:, 2 * number : 2 * number + WIDTH].astype(np.float16)
        put(folder / f"plate/plate.{number:04d}.exr", picture)
        matte, objects = np.zeros((2, HEIGHT, WIDTH), np.float16)
        matte[20:40, 20 + 8 * number : 36 + 8 * number] = 1
        for index, row in ((1, 6), (2, 24), (3, 44)):
            objects[row : row + 14, 20 + 8 * number : 36 + 8 * number] = index
        for name, pixels in (("matte", matte), ("objects", objects)):
            write(folder / f"{name}/{name}.{number:04d}.exr", {"A": pixels}, (WIDTH, HEIGHT), colorInteropID="")
    put(folder / "paint.exr", np.full((HEIGHT, WIDTH, 3), 0.25, np.float16))
    put(folder / "small.exr", np.full((*LOW[::-1], 3), 0.25, np.float16))
    return place


def put(path: Path, picture: np.ndarray) -> None:
    write(path, {name: picture[..., i] for i, name in enumerate("RGB")}, picture.shape[1::-1])


def words(*more: str, matte: str = "matte/matte.####.exr", key: str = "") -> list[str]:
    given = ["--key", key] if key else ["--matte", matte] if matte else []
    quick = ("--working-size", "64", "--iterations", "2")
    return ["clean-plate", "--plate", "plate/plate.####.exr", *given, "--out", "out/clean.####.exr", *quick, *more]


def recipe(*more: str, **given: str) -> Callable[[Place], list[str]]:
    """A case's maker: the recipe's command."""

    def make(place: Place) -> list[str]:
        shot(place.folder)
        return words(*RUN, *more, **given)

    return make


def saved(place: Place, *more: str, change: Change = lambda nodes: None, **given: str) -> dict:
    """The recipe's job as --save writes it into job.json, changed, with a network of the least width."""
    assert place.main(*words(*RUN, *more, **given), "--save", "job.json") == 0
    job = json.loads((place.folder / "job.json").read_text())
    for each in job["nodes"]:
        if each["node"] == "internal-fit":
            each["params"]["width"] = 0.25
    change(job["nodes"])
    (place.folder / "job.json").write_text(json.dumps(job))
    return job


def edited(change: Change, *run: str, top: dict | None = None, **given: str) -> Callable[[Place], list[str]]:
    """A case's maker: a plan of the saved job, changed by hand."""

    def make(place: Place) -> list[str]:
        shot(place.folder)
        job = saved(place, change=change, **given)
        (place.folder / "job.json").write_text(json.dumps({**job, **(top or {})}))
        return ["run", "job.json", *(run or ("--dry-run",))]

    return make


def sized(size: object, *places: int) -> Change:
    return lambda nodes: [nodes[place].update(working_size=size) for place in places]


def of_format_1(nodes: list[dict]) -> None:
    for each in nodes:
        each.pop("working_size", None)


KEY = "2=matte/matte.0002.exr"
NOT_A_SIZE = "is no working size"
TABLE = [
    Case("a key beyond the job", recipe(key="7=matte/matte.0001.exr"), 2, ("frame 7 is not in the job", "1-3"), ()),
    Case("a key and mattes", recipe("--key", KEY), 2, ("a matte is given, and keys as well",), ()),
    Case("neither", recipe(matte=""), 2, ("neither a matte nor a key is given", "--key 1001="), ()),
    Case("no such plate", recipe("--plate", "no/p.####.exr"), 2, ("'no' does not exist",), ()),
    Case("a layer that is none", recipe("--layers", "mine"), 2, ("there is no layer 'mine'",), ()),
    Case("a small painted frame", recipe("--paint", "2=small.exr"), 2, ("is 48x33, the plate 97x66",), ()),
    Case("a painted frame beyond", recipe("--paint", "9=paint.exr"), 2, ("frame 9 is not in the job",), ()),
    Case("an object that is on no key", recipe("--remove", "1,7", key="1=objects/objects.0001.exr"), 2, ("7",), ()),
    Case("without its mask", edited(lambda n: n.pop(0), key=KEY), 2, ("take no key", "run mask-propagate before"), ()),
    Case("without its copies", edited(lambda n: n.pop(0)), 0, ("residual-hires/complete",), ()),
    Case("without its network", edited(lambda n: n.pop(1)), 0, ("flow-inpaint/render",), ()),
    Case("without its detail", edited(lambda n: n.pop(2)), 2, ("plate's size", "run residual-hires behind it"), ()),
    Case("without a fill", edited(lambda n: [n.pop(0), n.pop(0)]), 2, ("given no fill",), ()),
    Case("the result's size", edited(sized(64, 2)), 2, ("residual-hires writes the result",), ()),
    Case("the mattes' size", edited(sized(64, 0), key=KEY), 2, ("mask-propagate makes mattes",), ()),
    Case("two sizes", edited(sized(60, 0)), 2, ("give both the same working_size",), ()),
    Case("one size alone", edited(sized(0, 1)), 2, ("give both the same working_size",), ()),
    Case("a size below nothing", edited(sized(-1, 0)), 2, (NOT_A_SIZE,), ()),
    Case("a size in words", edited(sized("64", 0)), 2, (NOT_A_SIZE,), ()),
    Case("a true size", edited(sized(True, 0)), 2, (NOT_A_SIZE,), ()),
    Case("a recipe as a node", edited(lambda n: n[0].update(node="clean-plate")), 2, ("no node 'clean-plate'",), ()),
    Case("a job of format 1", edited(of_format_1, top={"paintout": 1}), 0, ("residual-hires/motion",), ()),
    Case("a recipe's name", edited(of_format_1, top={"recipe": "clean-plate"}), 2, ("no key 'recipe'",), ()),
    Case(
        "a step that another node makes",
        edited(lambda n: None, "--step", "residual-hires/motion"),
        2,
        ("flow-inpaint/motion does the work", "run --step flow-inpaint/motion"),
        (),
    ),
    Case("its plan", edited(lambda n: None), 0, ("flow-inpaint/motion      frames  1-3, at 48x33", "verdict"), ()),
    Case("a plan with a gap", recipe("--mend-mattes", "--dry-run"), 0, ("--mend-mattes has no effect",), ()),
]


@cases(TABLE)
def test_what_is_hostile_to_the_recipe(case, tmp_path, capsys):
    try_case(case, tmp_path, capsys)


@pytest.fixture(scope="module")
def done(tmp_path_factory) -> Place:
    """A recipe's job that has run, with every layer that can be asked for; what a test changes there it puts back."""
    place = shot(tmp_path_factory.mktemp("recipe"))
    more = ("--stmap", "--cryptomatte", "--remove", "1,3", "--paint", "3=paint.exr")
    saved(place, *more, matte="objects/objects.####.exr")
    assert place.main("run", "job.json", *RUN[2:]) == 0
    return place


def pictures(place: Place) -> dict[str, np.ndarray]:
    return {
        f"{number} {name}": pixels
        for number in FRAMES
        for name, pixels in read_channels(place.out(number), number).channels.items()
    }


def same(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> bool:
    return one.keys() == other.keys() and all(one[name].tobytes() == other[name].tobytes() for name in one)


def steps_of(place: Place, capsys: pytest.CaptureFixture[str]) -> list[str]:
    capsys.readouterr()
    place.main("status", "job.json", "--json")
    return [step["step"] for step in json.loads(capsys.readouterr().out)["steps"]]


def test_every_layer_comes_in_the_plate_s_size(done):
    result = read_channels(done.out(2), 2).channels
    layers = {name.partition(".")[0] for name in result}
    wanted = {"fill", "matte", "confidence", "forward", "backward", "provenance", "stmap", "cryptoObject00"}
    assert wanted | {"matte_1", "matte_3"} <= layers
    assert {pixels.shape for pixels in result.values()} == {(HEIGHT, WIDTH)}
    plate = read_channels(done.folder / "plate/plate.0002.exr", 2).channels
    outside = result["matte.A"] == 0
    assert all(np.array_equal(result[name][outside], plate[name][outside]) for name in "RGB")
    objects = read_channels(done.folder / "objects/objects.0002.exr", 2).channels["A"]
    assert np.array_equal(~outside, (objects == 1) | (objects == 3))


def test_a_painted_frame_of_the_plate_s_size_is_kept_though_the_fill_is_solved_smaller(done):
    result = read_channels(done.out(3), 3).channels
    hole = result["matte.A"] > 0
    assert all((result[name][hole] == 0.25).all() for name in "RGB")
    assert (result["confidence.A"][hole] == 1).all()


def test_step_by_step_and_in_pieces_gives_the_same_bits(done, tmp_path, capsys):
    place = shot(tmp_path)
    (tmp_path / "job.json").write_text((done.folder / "job.json").read_text())
    steps = steps_of(place, capsys)
    assert steps[0] == "flow-inpaint/motion"
    assert len(steps) == len(set(steps)) == 9
    for step in steps:
        for frames in ("3", "1-2"):
            assert place.main("run", "job.json", "--step", step, "--frames", frames, *RUN[2:]) == 0
    assert same(pictures(place), pictures(done))
    assert place.main("status", "job.json") == 0


OWN = "somebody's own work is used as it is on frame 2"
ARTISTS = [
    ("flow-inpaint/render/render.0002.exr", LOW, 0, OWN),
    ("flow-inpaint/render/render.0002.exr", (WIDTH, HEIGHT), 2, "97x66"),
    ("flow-inpaint/motion/motion.0002.exr", LOW, 2, "is no motion"),
    ("flow-inpaint/complete/complete.0002.exr", LOW, 2, "is no motion"),
    ("internal-fit/render/render.0002.exr", LOW, 0, OWN),
    ("internal-fit/render/render.0002.exr", (WIDTH, HEIGHT), 2, "the fill is 97x66, and 48x33 on frame 1"),
    ("residual-hires/anchors/anchors.0002.exr", (WIDTH, HEIGHT), 0, "residual-hires/render: 3 frames"),
]


@pytest.mark.parametrize(("path", "size", "code", "says"), ARTISTS)
def test_an_artist_s_file_in_place_of_a_step_s_is_used_or_refused_in_words(done, path, size, code, says, capsys):
    file = done.folder / "out/clean.work" / path
    work = {name: (done.folder / name).read_bytes() for name in files_in(done.folder) if name.startswith("out/")}
    file.unlink()
    put(file, np.full((*size[::-1], 3), 0.25, np.float16))
    theirs = file.read_bytes()
    capsys.readouterr()
    try:
        assert done.main("run", "job.json", "--progress", "plain") == code
        said = "".join(capsys.readouterr())
        assert says in said
        assert "internal error" not in said
        assert file.read_bytes() == theirs
    finally:
        for name, content in work.items():
            (done.folder / name).write_bytes(content)


@pytest.mark.parametrize(
    "midway",
    [
        "flow-inpaint/motion/motion.0001.exr",
        "flow-inpaint/paint/paint.json",
        "internal-fit/render/render.0001.exr",
    ],
)
def test_a_job_of_which_the_rest_is_gone_goes_on_to_the_same_bits(done, midway, tmp_path):
    place = Place(tmp_path)
    shutil.copytree(done.folder, tmp_path, dirs_exist_ok=True)
    steps = ["flow-inpaint/motion", "flow-inpaint/register", "flow-inpaint/complete", "flow-inpaint/paint"]
    steps += ["flow-inpaint/render", "internal-fit/fit", "internal-fit/render", "residual-hires/anchors"]
    work, (step, at) = tmp_path / "out/clean.work", (midway.rpartition("/")[0], midway)
    for later in steps[steps.index(step) + 1 :]:
        shutil.rmtree(work / later)
    for path in sorted((work / step).iterdir()):
        if path != work / at and path.is_file():
            path.unlink()
    for number in FRAMES[1:]:
        place.out(number).unlink()
    assert place.main("run", "job.json", *RUN[2:]) == 0
    assert same(pictures(place), pictures(done))
