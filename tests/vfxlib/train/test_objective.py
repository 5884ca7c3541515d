import torch

from tests.vfxlib.train import toy
from vfxlib.train.objective import Batch, Objective


def test_whatever_has_a_network_batches_a_loss_and_a_validation_is_an_objective():
    objective: Objective = toy.Toy()
    batch = objective.sample_batch(3)
    loss = objective.loss(batch.tensors, objective.phase(3))
    assert loss.ndim == 0
    assert loss.requires_grad
    with torch.no_grad():
        assert isinstance(objective.validate(objective.network), float)
    wanted = {name for name in vars(Objective) if name[0] != "_"}
    assert wanted == {"network", "sample_batch", "phase", "loss", "validate"}


def test_a_batch_names_the_frames_that_are_in_it():
    batch = Batch((torch.zeros(2, 3),), (1001, 1007))
    assert batch.numbers == (1001, 1007)
