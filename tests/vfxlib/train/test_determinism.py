import os
import warnings

import pytest
import torch

from vfxlib.train.determinism import deterministic

CUDA = torch.device("cuda")


@pytest.fixture(autouse=True)
def _at_once(monkeypatch):
    """Torch's function imports its compiler first, which takes seconds; this is the rest of it."""
    monkeypatch.setattr(torch, "use_deterministic_algorithms", torch._C._set_deterministic_algorithms)


def choice():
    """What torch is told about kernels."""
    cudnn = torch.backends.cudnn
    return torch.are_deterministic_algorithms_enabled(), cudnn.deterministic, cudnn.benchmark


def test_on_the_processor_nothing_is_chosen():
    before = choice()
    with deterministic(torch.device("cpu")):
        assert choice() == before


def test_on_cuda_kernels_that_repeat_are_chosen_and_the_choice_comes_back(monkeypatch):
    monkeypatch.delenv("CUBLAS_WORKSPACE_CONFIG", raising=False)
    before = choice()
    with deterministic(CUDA):
        assert choice() == (True, True, False)
        assert torch.is_deterministic_algorithms_warn_only_enabled(), "a kernel that has no other is used all the same"
        assert os.environ["CUBLAS_WORKSPACE_CONFIG"] == ":4096:8"
    assert choice() == before


def test_the_choice_comes_back_after_an_error_too():
    before = choice()
    with pytest.raises(ValueError, match="inside"), deterministic(CUDA):
        raise ValueError("inside")
    assert choice() == before


def test_a_kernel_that_does_not_repeat_is_not_warned_about_but_anything_else_is():
    with deterministic(CUDA):
        warnings.warn("x does not have a deterministic implementation, but ...", UserWarning, stacklevel=1)
        with pytest.raises(UserWarning, match="else"):  # warnings are errors here
            warnings.warn("something else", UserWarning, stacklevel=1)
