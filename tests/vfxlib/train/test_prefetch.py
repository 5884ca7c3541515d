import threading

import pytest
import torch

from vfxlib.errors import PictureError
from vfxlib.train.objective import Batch
from vfxlib.train.prefetch import Prefetch


def sample(step):
    return Batch((torch.tensor(step),), (step,))


def test_a_batch_that_was_requested_is_the_one_that_would_be_sampled_now():
    with Prefetch(sample) as prefetch:
        prefetch.request(4)
        assert prefetch.result(4).numbers == (4,)
        assert prefetch.result(5).numbers == (5,), "not requested"


def test_it_is_sampled_in_another_thread_before_it_is_asked_for():
    sampled = threading.Event()

    def noting(step):
        assert threading.current_thread() is not threading.main_thread()
        sampled.set()
        return sample(step)

    with Prefetch(noting) as prefetch:
        prefetch.request(0)
        assert sampled.wait(10)
        assert prefetch.result(0).numbers == (0,)


def test_a_request_of_another_step_is_forgotten():
    steps = []

    def noting(step):
        steps.append(step)
        return sample(step)

    with Prefetch(noting) as prefetch:
        prefetch.request(1)
        assert prefetch.result(7).numbers == (7,)
        assert prefetch.result(1).numbers == (1,)
    assert steps == [1, 7, 1]


def test_an_error_comes_out_where_the_batch_is_taken():
    def unreadable(step):
        raise PictureError("cannot be read")

    with Prefetch(unreadable) as prefetch:
        prefetch.request(0)
        with pytest.raises(PictureError, match="cannot be read"):
            prefetch.result(0)


def test_its_thread_ends_with_it():
    before = threading.active_count()
    with Prefetch(sample) as prefetch:
        prefetch.result(0)
        assert threading.active_count() == before + 1
    assert threading.active_count() == before
