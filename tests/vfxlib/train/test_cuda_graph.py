"""A step that was captured gives what the step gives."""

import pytest
import torch

from tests.vfxlib.train import toy
from vfxlib.train.cuda_graph import CapturedStep
from vfxlib.train.objective import Batch
from vfxlib.train.step import GradientStep

needs_cuda = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device is here")


class Sum:
    """Stands in for a graph: what was captured is a sum."""

    def __init__(self, inputs, output):
        self.inputs, self.output = inputs, output

    def replay(self):
        self.output.copy_(self.inputs[0] + self.inputs[1])


def test_a_captured_step_is_replayed_over_other_tensors():
    inputs, output = (torch.zeros(3), torch.zeros(3)), torch.zeros(3)
    step = CapturedStep(Sum(inputs, output), inputs, output)
    assert step((torch.ones(3), torch.full((3,), 2.0))).tolist() == [3, 3, 3]
    assert step((torch.ones(3), torch.full((3,), 4.0))).tolist() == [5, 5, 5]


def test_a_captured_step_fits_tensors_of_the_same_shapes_and_types_alone():
    inputs = (torch.zeros(3), torch.zeros(2, 2))
    step = CapturedStep(Sum(inputs, torch.zeros(3)), inputs, torch.zeros(3))
    assert step.fits((torch.ones(3), torch.ones(2, 2)))
    assert not step.fits((torch.ones(3),))
    assert not step.fits((torch.ones(4), torch.ones(2, 2)))
    assert not step.fits((torch.ones(3).double(), torch.ones(2, 2)))


class OnDevice(toy.Toy):
    def __init__(self):
        super().__init__()
        self.network = self.network.cuda()
        self.holdout = tuple(tensor.cuda() for tensor in self.holdout)

    def sample_batch(self, step):
        batch = super().sample_batch(step)
        return Batch(tuple(tensor.cuda() for tensor in batch.tensors), batch.numbers)


@pytest.fixture
def eager(monkeypatch):
    monkeypatch.setattr(GradientStep, "will_capture", lambda self, phase: False)
    return monkeypatch


@pytest.mark.gpu
@needs_cuda
def test_a_captured_fit_and_one_step_by_step_end_alike(tmp_path, eager):
    plain = toy.run(tmp_path / "plain.safetensors", OnDevice())
    eager.undo()
    said = toy.Recorder()
    captured = toy.run(tmp_path / "captured.safetensors", OnDevice(), progress=said)
    assert not [words for words in said.said if "recorded" in words]
    for name, tensor in plain.weights.items():
        torch.testing.assert_close(captured.weights[name], tensor)


@pytest.mark.gpu
@needs_cuda
def test_a_captured_fit_gives_the_same_bits_twice(tmp_path):
    one, two = (toy.run(tmp_path / f"{n}.safetensors", OnDevice()) for n in range(2))
    assert all(torch.equal(one.weights[name], tensor) for name, tensor in two.weights.items())


@pytest.mark.gpu
@needs_cuda
def test_a_step_that_cannot_be_captured_runs_all_the_same_and_is_said(tmp_path):
    class Peeking(OnDevice):
        def loss(self, tensors, phase):
            loss = super().loss(tensors, phase)
            return loss * (1 if float(loss.detach()) > 0 else 2)  # waits for the device, which a capture cannot

    said = toy.Recorder()
    fitted = toy.run(tmp_path / "state.safetensors", Peeking(), progress=said)
    assert fitted.history[-1].step == 60
    assert any("not recorded" in words for words in said.said)
