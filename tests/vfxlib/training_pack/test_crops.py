import torch

from tests.debian import photograph
from vfxlib.device import to_tensor
from vfxlib.training_pack.crops import (
    content_of,
    crop_photograph,
    crop_texture,
    is_duplicate,
    looks_photographed,
    resize,
    thumbnail,
)

CPU = torch.device("cpu")


def picture(side=300, seed=0):
    return to_tensor(photograph(side, seed).transpose(2, 0, 1), CPU)


def test_a_photograph_gives_its_whole_and_its_details():
    crops = crop_photograph(picture(), 64, 4, "a")
    assert [tuple(crop.shape) for crop in crops] == [(3, 64, 64)] * 4
    whole = [thumbnail(resize(picture(), 64))]
    assert is_duplicate(crops[0], whole)
    assert not is_duplicate(crops[2], whole)
    again = crop_photograph(picture(), 64, 4, "a")
    assert all(torch.equal(*pair) for pair in zip(crops, again, strict=True))


def test_where_there_is_nothing_to_see_no_crop_is_taken():
    sky = torch.full((3, 200, 200), 200, dtype=torch.uint8)
    assert crop_photograph(sky, 64, 3, "sky") == []
    assert not looks_photographed(sky[:, :64, :64])


def test_drawings_noise_and_sheets_of_cut_outs_do_not_look_photographed():
    assert looks_photographed(picture(64))
    flat = torch.arange(64).remainder(2).mul(120).expand(3, 64, 64).to(torch.uint8)
    assert not looks_photographed(flat), "two colours"
    noise = torch.randint(0, 256, (3, 64, 64), generator=torch.Generator().manual_seed(0)).to(torch.uint8)
    assert not looks_photographed(noise)
    sheet = picture(64).clone()
    sheet[:, :16] = 0
    assert content_of(sheet).ends > 0.2
    assert not looks_photographed(sheet)


def test_a_texture_that_is_too_small_is_not_blown_up():
    assert crop_texture(picture(60), 64, "a") is None
    assert crop_texture(picture(64), 64, "a").shape == (3, 64, 64)
    assert crop_texture(picture(300), 64, "b").shape == (3, 64, 64)


def test_a_smaller_picture_keeps_its_light_and_its_shape():
    wide = picture(120)[:, :80]
    small = resize(wide, 40)
    assert small.shape == (3, 40, 60)
    stripes = torch.zeros(3, 8, 8, dtype=torch.uint8)
    stripes[:, ::2] = 255
    # half of the light of white is the code 188, not 128
    assert resize(stripes, 4).unique().tolist() == [188]
    assert torch.equal(resize(wide, 80), wide)
