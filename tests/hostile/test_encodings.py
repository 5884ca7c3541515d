"""A name is any bytes, in any locale: plates, mattes, results, work, jobs, configs and reviews bear them all."""

import json
import os
import shutil
import subprocess
import sys
from fractions import Fraction

import numpy as np
import PyOpenColorIO as OCIO  # noqa: N814
import pytest
from PIL import Image

from tests.hostile.place import FRAMES, HEIGHT, QUICK, WIDTH, Place
from tests.places import ROOT
from vfxlib.io.exr import read_attribute
from vfxlib.io.movie import write_movie

NO_UTF8 = os.fsdecode(b"caf\xff\xe9")
UTF8 = os.fsdecode("é日本".encode())
ASCII = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "PYTHONPATH": str(ROOT), "PAINTOUT_NODES": QUICK}


class AnyPlace(Place):
    """A place of any name; what becomes of that on a terminal is another subject."""

    def main(self, *words: str) -> int:
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="backslashreplace")
        return super().main(*words)


@pytest.fixture(scope="module")
def material(tmp_path_factory):
    """Plate and matte, and what else a job may be given, made once."""
    folder = tmp_path_factory.mktemp("material")
    place = Place(folder)
    random = np.random.default_rng(3)
    (folder / "png").mkdir()
    for number in FRAMES:
        place.plate(number, colorInteropID="")  # without a label the file rules of the config are asked
        place.matte(number)
        picture = Image.new("P", (WIDTH, HEIGHT))
        picture.putpalette(list(range(256)) * 3)
        picture.paste(1, (20, 15, 34, 25))
        picture.save(folder / f"png/matte.{number:04d}.png")
    pictures = [random.integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8) for _ in FRAMES]
    write_movie(folder / "plate.mp4", pictures, Fraction(24))
    config = OCIO.Config.CreateFromFile("ocio://cg-config-latest").serialize()
    (folder / "config.ocio").write_text(config.replace("name: ACEScg", "name: Lumière"), encoding="utf-8")
    return folder


def given(name: str, **more: str) -> dict[str, str]:
    files = {"plate": "plate/plate.####.exr", "matte": "matte/matte.####.exr", "out": "out/clean.####.exr", **more}
    return {option: f"./{name}/{path}" for option, path in files.items()}


def command(folder, *words: str, **more: str) -> subprocess.CompletedProcess[bytes]:
    """The command in a locale that knows ASCII alone."""
    line = [sys.executable, "-m", "plugin", *(os.fsencode(word) for word in words)]
    return subprocess.run(line, env={**os.environ, **ASCII, **more}, cwd=folder, capture_output=True, timeout=120)


NAMES = [
    *(NO_UTF8, UTF8, "-dash", "~", "n" * 255, "take#3 plate.%04d $F4", "\u202eright to left\u200f . "),
    *("new\nline\ttab\rreturn\x1b[31m", "two  spaces = *?[a]{0}%s&;|'\"`\\"),
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_a_folder_of_any_name_holds_everything_of_a_job(name, material, tmp_path, capsys):
    shutil.copytree(material, tmp_path / name)
    place = AnyPlace(tmp_path)
    files = {**given(name, matte="png/matte.####.png", ocio="config.ocio"), "work": f"./{name}/its work"}
    assert place.run(**files) == 0, capsys.readouterr().err
    assert place.run("--save", f"./{name}/job.json", **files) == 0
    json.loads((tmp_path / name / "job.json").read_text(encoding="ascii"))
    header = read_attribute(tmp_path / name / "out/clean.0001.exr", "paintout/job")
    assert json.loads(header)["shot"]["plate"] == "../plate/plate.####.exr"
    (tmp_path / name / "out/clean.0002.exr").unlink()
    for job in ("job.json", "its work/job.json"):
        assert place.main("run", f"./{name}/{job}", "--progress", "none") == 0
        assert place.main("status", f"./{name}/{job}") == 0
    assert place.main("check", f"./{name}/out") == 0


def test_every_library_reads_and_writes_where_a_name_is_no_utf8(material, tmp_path, capsys):
    shutil.copytree(material, tmp_path / NO_UTF8)
    place = AnyPlace(tmp_path, quick=False)
    files = given(NO_UTF8, plate="plate.mp4")
    assert place.run(**files) == 0, capsys.readouterr().err
    assert place.main("review", f"{NO_UTF8}/out/clean.work/job.json", "--out", f"{NO_UTF8}/seen") == 0
    assert len(os.listdir(tmp_path / NO_UTF8 / "seen")) == 4  # movie, sheet, page and its pictures
    assert place.main("score", "--result", files["out"], "--truth", files["out"], "--matte", files["matte"]) == 0


def test_a_job_makes_the_same_files_in_a_locale_that_knows_ascii_alone(material, tmp_path):
    name = UTF8
    shutil.copytree(material, tmp_path / name)
    place = AnyPlace(tmp_path)
    files = given(name, matte="png/matte.####.png", ocio="config.ocio")
    assert place.run("--save", f"{name}/job.json", "--colorspace", "Lumière", **files) == 0
    frames = [place.out(number, f"{name}/out/clean.{{:04d}}.exr") for number in FRAMES]
    assert place.main("run", f"{name}/job.json", "--progress", "none") == 0
    ours = [frame.read_bytes() for frame in frames]
    shutil.rmtree(tmp_path / name / "out")
    done = command(tmp_path, "run", f"{name}/job.json", "--progress", "none")
    assert (done.returncode, done.stderr) == (0, b"")
    assert [frame.read_bytes() for frame in frames] == ours


def test_a_job_saved_where_no_name_can_be_read_is_the_same_job(material, tmp_path):
    shutil.copytree(material, tmp_path / UTF8)
    place = AnyPlace(tmp_path)
    files = given(UTF8, ocio="config.ocio")
    done = command(tmp_path, *place.words("--save", f"{UTF8}/theirs.json", "--colorspace", "Lumière", **files))
    assert done.returncode == 0, done.stderr
    assert place.main("run", f"{UTF8}/theirs.json", "--progress", "none") == 0
    assert place.main("status", f"{UTF8}/theirs.json") == 0
