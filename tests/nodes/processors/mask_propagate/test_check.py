"""Weights that are given are looked at before any work: they must be of the same objects."""

import pytest

from nodes.engine.open_job import check_named_files, open_job
from nodes.processors.mask_propagate.fit import settings_of
from tests.nodes.engine.made import job, keyed, mask
from vfxlib.errors import WeightsError
from vfxlib.mask_propagate.weights import write_masker
from vfxlib.nets.masker import open_masker
from vfxlib.train.normalise import Normalisation


def opened(folder, **params):
    return open_job(job(keyed(folder), folder, mask(**params)))


def test_weights_are_taken_for_the_objects_of_the_keys_and_for_no_others(folder):
    path = folder / "a.safetensors"
    settings = settings_of(opened(folder).nodes[0].keys)
    colours = Normalisation((0.4, 0.4, 0.4), 0.1)
    write_masker(path, open_masker(settings, 0).state_dict(), settings, (1,), colours, {})
    check_named_files(opened(folder, start=str(path)))
    write_masker(path, open_masker(settings, 0).state_dict(), settings, (7,), colours, {})
    with pytest.raises(WeightsError, match="finds the objects 7; the keys hold 1"):
        check_named_files(opened(folder, start=str(path)))


def test_what_are_no_weights_is_refused(folder):
    with pytest.raises(WeightsError, match=r"plate\.1\.exr"):
        check_named_files(opened(folder, start=f"{folder}/plate.1.exr"))
