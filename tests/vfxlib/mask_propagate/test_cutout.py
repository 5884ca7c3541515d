import pytest
import torch

from tests.vfxlib.mask_propagate.shots import HEIGHT, SIDE, WIDTH, crossing, key_of, looked_at
from vfxlib.mask_propagate.cutout import RIM, cut_out
from vfxlib.mask_propagate.features import FRAME_CHANNELS
from vfxlib.mask_propagate.warp import dilate


@pytest.fixture(scope="module")
def dataset(tmp_path_factory):
    with looked_at(crossing(5), tmp_path_factory.mktemp("frames")) as looked:
        yield looked


def test_a_cut_out_object_says_where_and_how_large_it_is(dataset):
    shot = crossing(5)
    cut = key_of(dataset, 2, shot.matte(2))
    x, y = shot.there[2]
    assert cut.number == 1003
    assert cut.centre == (x + (SIDE - 1) / 2, y + (SIDE - 1) / 2)
    assert cut.size == pytest.approx(SIDE)
    assert cut.extent == SIDE
    assert not cut.empty
    assert torch.equal(cut.features[:FRAME_CHANNELS], dataset.features(2))


def test_nothing_of_the_object_is_left_in_its_background(dataset):
    matte = crossing(5).matte(2)
    other = dataset.features(2)
    other[:, dilate(matte, RIM)[0] > 0] = 77.0
    cut, painted = key_of(dataset, 2, matte), cut_out(0, other, dataset.velocity(2), matte)
    assert torch.equal(cut.background, painted.background)
    known = cut.known[0] > 0
    assert torch.equal(cut.background[:, known], cut.features[:, known])
    assert (cut.known[0] == 0).sum() == (SIDE + 2 * RIM) ** 2


def test_several_objects_leave_one_background(dataset):
    matte = crossing(5).matte(2)
    halves = torch.cat((matte, matte))
    halves[0, :, :16] = 0
    halves[1, :, 16:] = 0
    one, two = key_of(dataset, 2, matte), key_of(dataset, 2, halves)
    assert torch.equal(one.background, two.background)
    assert one.centre == two.centre
    assert torch.equal(two.mattes, halves)


def test_an_empty_key_is_all_background(dataset):
    cut = key_of(dataset, 2, torch.zeros(1, HEIGHT, WIDTH))
    assert cut.empty
    assert torch.equal(cut.background, cut.features)
    assert (cut.known == 1).all()
    assert cut.centre == (WIDTH / 2, HEIGHT / 2)


def test_a_soft_edge_counts_for_the_object_from_a_third_on(dataset):
    soft = crossing(5).matte(2) * 0.5
    assert key_of(dataset, 2, soft).size == pytest.approx(SIDE)
    assert key_of(dataset, 2, soft / 2).empty


def test_a_key_that_is_nowhere_quite_0_still_has_a_background(dataset):
    """As those have that were compressed."""
    matte = crossing(5).matte(2)
    clean, hazy = key_of(dataset, 2, matte), key_of(dataset, 2, torch.where(matte > 0, matte, torch.tensor(1 / 255)))
    assert torch.equal(hazy.known, clean.known)
    assert torch.equal(hazy.background, clean.background)
    assert torch.equal(hazy.mattes, clean.mattes)
