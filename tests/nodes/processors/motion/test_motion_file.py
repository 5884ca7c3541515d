"""Motion comes back from its file as it was, and as an artist has changed it."""

import json

import numpy as np
import pytest

from nodes.processors.motion.motion_file import Fields, Way, read_fields, read_join, whole_motion, write_fields
from tests.exr import write
from vfxlib.errors import PictureError
from vfxlib.image.box import Box
from vfxlib.io.exr import read_channels, write_exr
from vfxlib.motion import Join, Motion
from vfxlib.pipeline.fingerprint import FINGERPRINT, read_fingerprint

SHAPE, SIZE = (40, 60), (120, 80)
PAN = np.array([[1, 0, 3.0], [0, 1, -1.0], [0, 0, 1]])


def written(path, homography=PAN, residual=None):
    way = Way(Motion(homography, residual, SIZE), np.full(SHAPE, 0.25, np.float32), Join(homography, 100, 1.0))
    write_fields(path, Fields(way, None), SHAPE, SIZE, "f")
    return path


def saved_again(path, change, *, fingerprint=True):
    """What a tool leaves that keeps the header, or all of it but the fingerprint."""
    raw = read_channels(path, 0)
    pixels = {name: np.array(channel) for name, channel in raw.channels.items()}
    change(pixels)
    kept = {name: value for name, value in raw.header.attributes.items() if fingerprint or name != FINGERPRINT}
    box = Box(0, 0, SHAPE[1], SHAPE[0])
    write_exr(path, display=box, origin=(0, 0), data=box, aspect=1.0, channels=pixels, attributes=kept)
    if fingerprint:  # our own writer signs what it writes; another does not
        content = path.read_bytes()
        at = content.index(b"paintout/pixels\0string\0") + len(b"paintout/pixels\0string\0") + 4
        path.write_bytes(content[:at] + b"0" * 64 + content[at + 64 :])
    return path


def test_motion_comes_back_as_it_was(tmp_path):
    fields = read_fields(written(tmp_path / "a.exr"))
    assert fields.backward is None
    assert fields.forward.motion.residual is None
    assert (fields.forward.motion.homography == PAN).all()
    assert (fields.forward.doubt == 0.25).all()
    assert fields.forward.join.inliers == 100


def test_how_frames_belong_together_is_read_without_their_vectors(tmp_path):
    path = written(tmp_path / "a.exr")
    join = read_join(path)
    assert (join.homography == PAN).all()
    assert (join.inliers, join.agreement) == (100, 1.0)
    write_fields(tmp_path / "last.exr", Fields(None, None), SHAPE, SIZE, "f")
    assert read_join(tmp_path / "last.exr") is None


@pytest.mark.parametrize("fingerprint", [True, False])
@pytest.mark.parametrize("flow", [True, False])
def test_vectors_that_an_artist_changed_win_over_the_header(tmp_path, fingerprint, flow):
    residual = np.zeros((*SHAPE, 2), np.float32)
    residual[5, 5] = 2.0
    path = written(tmp_path / "a.exr", residual=residual if flow else None)

    def pull(pixels):
        pixels["forward.u"][10:20, 10:20] += 7

    wanted = read_channels(path, 0).channels["forward.u"].copy()
    wanted[10:20, 10:20] += 7
    saved_again(path, pull, fingerprint=fingerprint)
    assert read_fingerprint(path) is None
    motion = read_fields(path).forward.motion
    assert (motion.homography == PAN).all()  # most of the picture still moves so
    assert np.allclose(whole_motion(motion, SHAPE)[..., 0], wanted, atol=1e-3)


def test_a_camera_that_an_artist_changed_is_another_homography(tmp_path):
    path = written(tmp_path / "a.exr")

    def pan(pixels):
        pixels["forward.u"] += 4

    fields = read_fields(saved_again(path, pan))
    assert np.allclose(fields.forward.motion.homography, [[1, 0, 7], [0, 1, -1], [0, 0, 1]], atol=1e-3)
    assert np.allclose(fields.forward.join.homography, fields.forward.motion.homography)
    assert np.array_equal(read_join(tmp_path / "a.exr").homography, fields.forward.join.homography)
    assert np.allclose(whole_motion(fields.forward.motion, SHAPE)[..., 0], 7, atol=1e-3)


def test_a_file_that_lost_its_fingerprint_alone_means_what_it_meant(tmp_path):
    fields = read_fields(saved_again(written(tmp_path / "a.exr"), lambda pixels: None, fingerprint=False))
    assert fields.forward.motion.residual is None
    assert (fields.forward.motion.homography == PAN).all()


def test_what_is_no_motion_is_named(tmp_path):
    box = Box(0, 0, 2, 2)
    pixels = {"forward.u": np.zeros((2, 2), np.float32)}
    write_exr(tmp_path / "a.exr", display=box, origin=(0, 0), data=box, aspect=1.0, channels=pixels, attributes={})
    with pytest.raises(PictureError, match="no motion"):
        read_fields(tmp_path / "a.exr")


def stating(**changed):
    """What the header says, with some of it changed."""
    way = {"homography": np.eye(3).tolist(), "flow": True, "join": [3, 0.5]}
    size = changed.pop("size", [8, 5])
    return json.dumps({"size": size, "forward": {**way, **changed}})


@pytest.mark.parametrize(
    "words",
    [
        *("[]", "3", "{", '{"forward": 3, "size": [8, 5]}', '{"forward": {}, "size": [8, 5]}', "[" * 100_000),
        *(stating(size=size) for size in ([], 3, None, ["a"], [0, 0], [-1, -5], [8.5, 5], [10**400, 1], [True, 5])),
        *(stating(homography=rows) for rows in ([[1]], [1, 2, 3], None, "xyz", [[0] * 3] * 3, [[1e308] * 3] * 3)),
        *(stating(homography=[[number] * 3] * 3) for number in (float("nan"), float("inf"), 10**400, "1", None)),
        *(stating(join=join) for join in ([], 3, ["a", 1], [float("inf"), 1], [1, float("nan")], [1, 2, 3])),
        *(stating(flow=flow) for flow in ("x", None, 1)),
    ],
    ids=lambda words: words[:60],
)
def test_a_header_that_no_motion_can_have_is_named(tmp_path, words):
    channels = {f"forward.{part}": np.zeros((5, 8), np.float32) for part in ("u", "v", "error")}
    write(tmp_path / "a.exr", channels, (8, 5), **{"paintout/motion": words})
    for read in (read_fields, lambda path: read_join(path, lambda _: "ours")):
        with pytest.raises(PictureError, match="no motion that Paintout can read"):
            read(tmp_path / "a.exr")


def test_vectors_that_are_no_numbers_are_named(tmp_path):
    path = written(tmp_path / "a.exr")

    def lose(pixels):
        pixels["forward.v"][3, 3] = np.nan

    with pytest.raises(PictureError, match="vectors that are no numbers"):
        read_fields(saved_again(path, lose))


def test_what_may_be_hidden_comes_back_and_so_does_that_the_motion_has_layers(tmp_path):
    residual, unsure = np.zeros((*SHAPE, 2), np.float32), np.zeros(SHAPE, np.float32)
    residual[5:9, 5:9], unsure[9, 5] = 2.0, 0.5
    way = Way(Motion(PAN, residual, SIZE, layered=True), np.zeros(SHAPE, np.float32))
    write_fields(tmp_path / "a.exr", Fields(way, None, unsure), SHAPE, SIZE, "f")
    fields = read_fields(tmp_path / "a.exr")
    assert np.array_equal(fields.unsure, unsure)
    assert fields.forward.motion.layered
    assert fields.nbytes > unsure.nbytes
    plain = read_fields(written(tmp_path / "b.exr", residual=residual))
    assert plain.unsure is None
    assert not plain.forward.motion.layered
