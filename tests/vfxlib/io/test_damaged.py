"""Damaged, cut and hostile files: a clear error within bounded time and memory, never a silent picture."""

import json
import random
import struct
import subprocess
import sys

import numpy as np
import pytest

from tests.places import ROOT
from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.io.exr import read_channels, read_header, write_exr
from vfxlib.io.exr_header import read_headers
from vfxlib.io.footage import open_footage

STILLS = ROOT.parent / "shared" / "plates" / "exr"
REAL = pytest.mark.skipif(not STILLS.is_dir(), reason="the openexr-images of ../shared are not there")

READ_ALL = """
import json, resource, sys, time
from pathlib import Path
from vfxlib.errors import PictureError
from vfxlib.io.exr import read_channels, read_header
from vfxlib.io.footage import open_footage
import numpy as np
resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
def by_footage():
    footage = open_footage(path)
    return footage.read(footage.frames[0])
outcomes = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    began = time.monotonic()
    said = []
    for read in (lambda: read_header(path), lambda: read_channels(path, 1), by_footage):
        try:
            said.append("whole" if read() else "")
        except PictureError as error:
            said.append(str(error))
        except BaseException as error:
            said.append(f"!! {type(error).__name__} {error}")
    outcomes[path.name] = [said, time.monotonic() - began]
grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
print(json.dumps([outcomes, grown]))
"""


@pytest.fixture(scope="module")
def damaged():
    run = subprocess.run(
        [sys.executable, "-c", READ_ALL, str(STILLS / "Damaged")],
        capture_output=True,
        text=True,
        timeout=60,
        cwd=ROOT,
        check=True,
    )
    return json.loads(run.stdout)  # so standard output held nothing else


@REAL
def test_no_damaged_file_is_taken_for_a_picture(damaged):
    outcomes, _ = damaged
    assert len(outcomes) >= 185
    taken = {name: said for name, (said, _) in outcomes.items() if said[1] == "whole" or said[2] == "whole"}
    assert not taken


@REAL
def test_every_damaged_file_gives_an_error_that_names_it(damaged):
    for name, (said, _) in damaged[0].items():
        assert all(name in words or words == "whole" for words in said), (name, said)
        assert not any(words.startswith("!!") for words in said), (name, said)


@REAL
def test_damaged_files_cost_little_time_and_memory(damaged):
    outcomes, grown_kib = damaged
    assert max(seconds for _, seconds in outcomes.values()) < 5
    assert sum(seconds for _, seconds in outcomes.values()) < 20
    assert grown_kib < 300_000


WHOLE = [
    "ScanLines/Desk.exr",
    "ScanLines/Carrots.exr",
    "Beachball/multipart.0005.exr",
    "TestImages/GammaChart.exr",
    "DisplayWindow/t07.exr",
]


@REAL
@pytest.mark.parametrize("name", WHOLE)
@pytest.mark.parametrize("share", [0.0, 0.001, 0.5, 0.99, 0.99999])
def test_a_cut_file_is_never_a_picture(tmp_path, capfd, name, share):
    whole = (STILLS / name).read_bytes()
    cut = tmp_path / "cut.exr"
    cut.write_bytes(whole[: min(len(whole) - 1, int(share * len(whole)))])
    with pytest.raises(PictureError, match="damaged"):
        read_channels(cut, 1)
    assert capfd.readouterr().out == ""


@pytest.fixture
def good(tmp_path):
    path = tmp_path / "good.exr"
    box = Box(0, 0, 64, 48)
    rows = np.random.default_rng(1).random((48, 64), np.float32)
    write_exr(path, display=box, origin=(0, 0), data=box, aspect=1.0, channels={"R": rows}, attributes={})
    return path


def test_a_file_that_was_never_finished_is_refused(good):
    header = read_headers(good)
    data = bytearray(good.read_bytes())
    data[header.end + 8 : header.end + 16] = bytes(8)  # the table is written last
    good.write_bytes(data)
    with pytest.raises(PictureError, match=r"1 of its 3 chunks"):
        read_channels(good, 1)


def test_a_flipped_bit_in_the_pixels_is_an_error_and_prints_nothing_to_standard_output(good, capsys):
    frame = read_channels(good, 1)
    steps = np.repeat(np.arange(48, dtype=np.float32)[:, None], 64, axis=1)  # smooth, so that it is really compressed
    box = frame.header.data
    write_exr(good, display=box, origin=(0, 0), data=box, aspect=1.0, channels={"R": steps}, attributes={})
    data = bytearray(good.read_bytes())
    data[-20] ^= 0x10
    good.write_bytes(data)
    with pytest.raises(PictureError, match="pixels cannot be read"):
        read_channels(good, 1)
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("window", "message"),
    [
        pytest.param((0, 0, 2**30 - 2, 2**30 - 2), "more than Paintout reads", id="an exabyte"),
        pytest.param((0, 0, 32767, 16383), "chunks are not there", id="as large as allowed, in a small file"),
        pytest.param((0, 0, 2**23, 47), "its chunks cannot hold that", id="rows too wide for what is there"),
        pytest.param((5, 5, 4, 9), "not possible", id="turned inside out"),
        pytest.param((-(2**31), 0, 2**31 - 1, 9), "not possible", id="overflow"),
    ],
)
def test_a_header_that_asks_for_more_than_the_file_holds_is_refused(good, window, message):
    data = good.read_bytes()
    at = data.index(b"dataWindow\0box2i\0") + len(b"dataWindow\0box2i\0") + 4
    good.write_bytes(data[:at] + struct.pack("<4i", *window) + data[at + 16 :])
    with pytest.raises(PictureError, match=message):
        read_channels(good, 1)


def test_random_damage_gives_a_picture_error_or_a_whole_picture(good):
    whole = good.read_bytes()
    chance = random.Random(7)
    refused = 0
    for _ in range(150):
        data = bytearray(whole)
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(0, min(len(data), 500))] = chance.randrange(256)
        good.write_bytes(data)
        try:
            frame = read_channels(good, 1)
        except PictureError:
            refused += 1
        else:
            box = frame.header.data
            assert all(pixels.shape == (box.height, box.width) for pixels in frame.channels.values())
    assert refused > 50


def test_what_is_no_exr_is_said_to_be_none(tmp_path):
    path = tmp_path / "a.exr"
    path.write_text("this is a text file")
    with pytest.raises(PictureError, match="not an EXR"):
        read_header(path)
    with pytest.raises(PictureError, match="neither EXR"):
        open_footage(path).header(1)
    with pytest.raises(PictureError, match="cannot be read"):
        read_header(tmp_path / "absent.exr")
