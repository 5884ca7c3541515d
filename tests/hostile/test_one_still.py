"""One file as the matte of all frames: said in the log, counted by its content, and never guessed."""

import json
import shutil

import numpy as np
from PIL import Image

from tests.exr import write
from tests.hostile.place import FRAMES, HEIGHT, WIDTH, Case, Place, cases, try_case

SAID = "one still is the matte of all frames"


def still(name: str, *words: str):
    """A case's maker: the matte's second frame under another name, given by it."""

    def make(place: Place) -> list[str]:
        if name.endswith(".exr"):
            (place.folder / name).parent.mkdir(exist_ok=True)
            shutil.copy(place.folder / "matte/matte.0002.exr", place.folder / name)
        else:
            inside = np.zeros((HEIGHT, WIDTH), np.uint8)
            inside[15:25, 24:36] = 255
            Image.fromarray(inside).save(place.folder / name)
        return [word.replace("none", "plain") for word in place.words(*words, matte=name)]

    return make


def spelt(text: str):
    """A case's maker: a matte of which one file is left, spelt so."""

    def make(place: Place) -> list[str]:
        for number in (1, 3):
            (place.folder / f"matte/matte.{number:04d}.exr").unlink()
        return place.words(matte=text)

    return make


MISSING = ("the matte is missing on frames 1,3", "name the file itself to use it for all frames")
TABLE = [
    Case("an EXR without a number", still("still.exr"), 0, (f"still.exr: {SAID}",), FRAMES),
    Case("a PNG", still("still.png"), 0, (SAID,), FRAMES),
    Case("a TIFF", still("still.tif"), 0, (SAID,), FRAMES),
    Case("a number that no frame has", still("one/m.7777.exr"), 0, (f"m.7777.exr: {SAID}",), FRAMES),
    Case("a channel that it lacks", still("still.exr", "--matte-channel", "B"), 2, ("no matte channel",), ()),
    Case("no object of that number", still("still.png", "--matte-id", "7"), 2, ("empty on every frame",), ()),
    Case("a frame of a sequence", lambda place: place.words(matte="matte/matte.0002.exr"), 0, (), FRAMES),
    Case("a spelling of which one file is there", spelt("matte/matte.####.exr"), 2, MISSING, ()),
    Case("a folder with one file", spelt("matte"), 2, MISSING, ()),
]


@cases(TABLE)
def test_one_file_is_the_matte_of_all_frames_if_it_is_named_itself(case, tmp_path, capsys):
    try_case(case, tmp_path, capsys)


def test_every_frame_hangs_on_what_the_still_holds(tmp_path, capsys):
    place = Place(tmp_path).make()
    assert place.run(matte="matte/matte.0002.exr") == 0
    assert place.main("status", "out/clean.work/job.json") == 0
    inside = np.zeros((HEIGHT, WIDTH), np.float16)
    inside[5:9, 5:9] = 1
    write(tmp_path / "matte/matte.0002.exr", {"A": inside}, (WIDTH, HEIGHT))
    capsys.readouterr()
    assert place.main("status", "--json", "out/clean.work/job.json") == 1
    step = json.loads(capsys.readouterr().out)["steps"][-1]
    assert step["frames"]["stale"] == "1-3"
