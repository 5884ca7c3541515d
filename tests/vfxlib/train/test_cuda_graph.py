"""A step that was recorded gives what the step gives."""

import pytest
import torch

from tests.vfxlib.train import toy
from vfxlib.train.objective import Batch
from vfxlib.train.step import GradientStep

pytestmark = pytest.mark.gpu
if not torch.cuda.is_available():
    pytest.skip("needs a CUDA device", allow_module_level=True)


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
    monkeypatch.setattr(GradientStep, "records", lambda self, phase: False)
    return monkeypatch


def test_a_recorded_fit_and_one_step_by_step_end_alike(tmp_path, eager):
    plain = toy.run(tmp_path / "plain.safetensors", OnDevice())
    eager.undo()
    said = toy.Recorder()
    recorded = toy.run(tmp_path / "recorded.safetensors", OnDevice(), progress=said)
    assert not [words for words in said.said if "recorded" in words]
    for name, tensor in plain.weights.items():
        torch.testing.assert_close(recorded.weights[name], tensor)


def test_a_recorded_fit_gives_the_same_bits_twice(tmp_path):
    one, two = (toy.run(tmp_path / f"{n}.safetensors", OnDevice()) for n in range(2))
    assert all(torch.equal(one.weights[name], tensor) for name, tensor in two.weights.items())


def test_a_step_that_cannot_be_recorded_runs_all_the_same_and_is_said(tmp_path):
    class Peeking(OnDevice):
        def loss(self, tensors, phase):
            loss = super().loss(tensors, phase)
            return loss * (1 if float(loss) > 0 else 2)  # waits for the device, which a recording cannot

    said = toy.Recorder()
    fitted = toy.run(tmp_path / "state.safetensors", Peeking(), progress=said)
    assert fitted.history[-1].step == 60
    assert any("not recorded" in words for words in said.said)
