"""Made surfaces are light, and pictures that judge are none that teach."""

import torch

from vfxlib.pretraining.pictures import Source, TrainingPictures, made_pictures


def test_made_surfaces_are_light_of_many_shades_and_the_same_every_time():
    a, b = made_pictures(), made_pictures()
    assert torch.equal(a.light, b.light)
    assert a.light.shape[1:] == (3, 256, 256)
    assert float(a.light.min()) >= 0
    assert 0.05 < float(a.light.median()) < 0.6
    assert float(a.light.std()) > 0.03
    assert sum(source.pictures for source in a.sources) == len(a.light)


def pictures(origin):
    origin = torch.stack([torch.full((), n) for n in origin])
    light = origin[:, None, None, None].expand(-1, 3, 2, 2).float()
    return TrainingPictures(light, "some", "0", (Source("x", len(origin), "CC0", "y"),), origin)


def test_parts_of_one_photograph_never_both_teach_and_judge():
    taught, judged = pictures([n // 3 for n in range(60)]).held_out()
    assert len(taught) + len(judged) == 60
    assert 3 <= len(judged) <= 9
    assert not set(taught.unique().tolist()) & set(judged.unique().tolist())


def test_of_a_few_photographs_all_do_both():
    assert [len(each) for each in pictures([0, 0, 1]).held_out()] == [3, 3]
