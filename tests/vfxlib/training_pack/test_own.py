"""Own pictures of any kind become parts, as bright as they are, and the table says whose they are."""

import numpy as np
import pytest
import torch
from PIL import Image

from tests.debian import photograph
from tests.exr import write
from vfxlib.errors import ColourError, InputError, PictureError
from vfxlib.training_ground.light import display_to_light
from vfxlib.training_pack import own
from vfxlib.training_pack.own import OwnPictures, read_own_picture, take_own_pictures


def take(folder, most=100, tell=lambda words: None):
    return take_own_pictures(OwnPictures(folder, "ours", "the studio"), 64, 2, most, tell)


def save(path, pixels):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(pixels).save(path)


def exr(path, light, **more):
    channels = {letter: np.asarray(light[..., i], np.float32) for i, letter in enumerate("RGB")}
    write(path, channels, light.shape[1::-1], **more)


@pytest.mark.parametrize("most", [0.5, 3.5])
def test_light_of_an_exr_is_the_light_that_scenes_show(tmp_path, most):
    rng = np.random.default_rng(0)
    light = rng.random((16, 24, 1)) ** 2 * most * (0.8 + 0.2 * rng.random((16, 24, 3)))  # colours that a display has
    exr(tmp_path / "a.exr", light, colorInteropID="lin_ap1_scene")
    shown = display_to_light(read_own_picture(tmp_path / "a.exr").float() / 255.0)
    wanted = torch.from_numpy(light).movedim(-1, 0)
    assert float(((shown - wanted).abs() / (wanted.amax(0) + 0.02)).max()) < 0.06  # eight bits are coarse near white


def test_what_is_no_light_in_an_exr_becomes_black_or_white(tmp_path):
    light = np.full((4, 4, 3), 0.2)
    light[0], light[1], light[2] = np.nan, np.inf, -3.0
    exr(tmp_path / "a.exr", light, colorInteropID="lin_rec709_scene")
    picture = read_own_picture(tmp_path / "a.exr")
    assert picture[:, 0].eq(0).all()
    assert picture[:, 1].eq(255).all()
    assert picture[:, 2].eq(0).all()
    assert 100 < int(picture[0, 3, 0]) < 140


def test_a_picture_for_displays_is_taken_as_it_is(tmp_path):
    pixels = photograph(40)
    save(tmp_path / "a.png", pixels)
    save(tmp_path / "grey.tif", pixels[..., 0])
    assert read_own_picture(tmp_path / "a.png").equal(torch.from_numpy(pixels).movedim(-1, 0))
    assert read_own_picture(tmp_path / "grey.tif")[1].equal(torch.from_numpy(pixels[..., 0].copy()))


def test_sixteen_bits_are_taken_in_eight(tmp_path):
    pixels = photograph(40)[..., 0]
    Image.fromarray(pixels.astype(np.uint16) * 257).save(tmp_path / "a.png")
    assert read_own_picture(tmp_path / "a.png")[0].equal(torch.from_numpy(pixels.copy()))


def test_what_cannot_be_understood_is_an_error(tmp_path):
    (tmp_path / "a.png").write_bytes(b"none")
    exr(tmp_path / "b.exr", np.zeros((4, 4, 3)), colorInteropID="data")
    for name, error in (("a.png", PictureError), ("b.exr", ColourError)):
        with pytest.raises(error):
            read_own_picture(tmp_path / name)


def test_frames_of_a_sequence_are_one_row_and_stills_are_their_own(tmp_path):
    for number in range(3):
        save(tmp_path / f"shot/plate.{1001 + number}.png", photograph(100, number))
    save(tmp_path / "wall.jpg", photograph(100, 9))
    pictures, rows = take(tmp_path)
    assert {(row.file, row.crops) for row in rows} == {("shot/plate.####.png", 6), ("wall.jpg", 2)}
    assert {(row.licence, row.author, row.package) for row in rows} == {("ours", "the studio", f"own: {tmp_path.name}")}
    assert pictures.shape == (8, 3, 64, 64)
    again, rows_again = take(tmp_path)
    assert again.equal(pictures)
    assert rows_again == rows


def test_what_is_of_no_use_is_left_out_and_said(tmp_path):
    save(tmp_path / "a.png", photograph(100))
    save(tmp_path / "same.png", photograph(100))
    save(tmp_path / "small.png", photograph(40))
    save(tmp_path / "flat.png", np.full((100, 100, 3), 90, np.uint8))
    (tmp_path / "cut.png").write_bytes((tmp_path / "a.png").read_bytes()[:900])
    (tmp_path / "notes.txt").write_text("no picture")
    said = []
    _, rows = take(tmp_path, tell=said.append)
    assert len(rows) == 1
    told = "\n".join(said)
    for words in ("small.png: smaller than 64 pixels", "flat.png: there is nothing", "cut.png", "another one does"):
        assert words in told
    assert "notes" not in told


def test_of_a_locked_shot_a_few_frames_are_read(tmp_path, monkeypatch):
    for number in range(20):
        save(tmp_path / f"plate.{1001 + number}.png", photograph(100))
    read = []
    monkeypatch.setattr(own, "read_own_picture", lambda path: read.append(path) or read_own_picture(path))
    assert len(take(tmp_path)[0]) == 2
    assert len(read) == 6


def test_no_more_parts_are_taken_than_wanted(tmp_path):
    for number in range(4):
        save(tmp_path / f"{number}a.png", photograph(100, number))
    pictures, rows = take(tmp_path, most=5)
    assert len(pictures) == sum(row.crops for row in rows) == 5


def test_names_that_are_no_text_can_be_written(tmp_path):
    save(tmp_path / "a.png", photograph(100))
    (tmp_path / "a.png").rename(tmp_path / b"a\xff.png".decode(errors="surrogateescape"))
    assert take(tmp_path)[1][0].file == "a\ufffd.png"


def test_a_folder_without_pictures_is_an_error_with_the_reason(tmp_path):
    with pytest.raises(InputError, match="none is there"):
        take(tmp_path)
    save(tmp_path / "a.png", photograph(40))
    with pytest.raises(InputError, match="smaller than 64"):
        take(tmp_path)
