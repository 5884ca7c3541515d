"""A fit ends by itself, keeps its best, tells how it goes, and says what is wrong."""

import gc
import threading
import time
from dataclasses import replace

import pytest
import torch

from tests.vfxlib.train import toy
from vfxlib.errors import DeviceError, FitError, PictureError
from vfxlib.io.weights import read_weights
from vfxlib.train.schedule import Schedule


@pytest.fixture
def path(tmp_path):
    return tmp_path / "fit" / "state.safetensors"


def test_a_fit_makes_the_held_out_figure_better(path):
    fitted = toy.run(path)
    assert fitted.history[0].step == 0
    assert fitted.history[-1].step == 60
    assert fitted.best.psnr > fitted.history[0].psnr + 8


def best_in(path):
    """The weights that a checkpoint keeps as the best."""
    tensors = read_weights(path).tensors
    return {name.removeprefix("best/"): tensor for name, tensor in tensors.items() if name.startswith("best/")}


class Worse(toy.Toy):
    """Judged by its step alone: 21 is the best."""

    def __init__(self, late: int):
        super().__init__()
        self.marks, self.late = [], late

    def phase(self, step):
        return int(step >= self.late)

    def validate(self, network):
        self.marks.append({name: tensor.clone() for name, tensor in network.state_dict().items()})
        return -abs(7 * (len(self.marks) - 1) - 21.0)


def test_the_weights_are_those_of_the_best_evaluation_and_not_of_the_last(path):
    objective = Worse(late=1000)
    fitted = toy.run(path, objective)
    assert fitted.best.step == 21
    for weights in (fitted.weights, best_in(path)):
        assert all(torch.equal(weights[name], tensor) for name, tensor in objective.marks[3].items())


def test_the_weights_are_the_last_where_other_terms_have_joined_that_cost_some_of_the_figure(path):
    objective = Worse(late=30)
    fitted = toy.run(path, objective)
    assert fitted.best.step == fitted.history[-1].step == 60
    for weights in (fitted.weights, best_in(path)):
        assert all(torch.equal(weights[name], tensor) for name, tensor in objective.marks[-1].items())


def test_the_weights_fit_the_network(path):
    fitted = toy.run(path)
    network = toy.network()
    network.load_state_dict(dict(fitted.weights))
    with torch.no_grad():
        assert toy.Toy().validate(network) == fitted.best.psnr


def test_early_stopping_begins_the_decay_when_held_out_pixels_no_longer_improve(path):
    class Flat(toy.Toy):
        def validate(self, network):
            return 20.0

    said = toy.Recorder()
    fitted = toy.run(path, Flat(), Schedule(iterations=10_000, check_every=5, patience=3), progress=said)
    assert fitted.reason == "held-out pixels no longer improved"
    assert fitted.history[-1].step == 25  # 15 until it gave up, and 0.4/0.6 of that again
    assert said.said == ["toy/fit: held-out pixels no longer improved; the rate falls now, 10 steps are left"]
    assert (said.ticks[-1].done, said.ticks[-1].total) == (25, 25)


def test_minutes_end_a_fit_and_are_said_to_cost_the_same_result(path):
    said = toy.Recorder()
    timed = replace(toy.SCHEDULE, iterations=100_000, minutes=0.3 / 60, patience=10_000)
    began = time.monotonic()
    fitted = toy.run(path, toy.Toy(pause=0.002), timed, progress=said)
    assert 0.3 <= fitted.history[-1].seconds <= time.monotonic() - began
    assert "depends on the speed of this machine" in said.said[0]
    assert said.ticks[-1].total == said.ticks[-1].done


def test_minutes_that_are_not_reached_change_nothing(path, tmp_path):
    plain = toy.run(path)
    capped = toy.run(tmp_path / "capped.safetensors", schedule=replace(toy.SCHEDULE, minutes=10.0))
    assert all(torch.equal(plain.weights[name], tensor) for name, tensor in capped.weights.items())


@pytest.mark.parametrize("iterations", [1, 2, 3])
def test_the_shortest_fits_end(path, iterations):
    fitted = toy.run(path, schedule=Schedule(iterations=iterations))
    assert [evaluation.step for evaluation in fitted.history] == [0, iterations]


def test_progress_shows_loss_held_out_figure_and_time_left(path):
    said = toy.Recorder()
    toy.run(path, progress=said)
    last = said.ticks[-1]
    assert (last.task, last.done, last.total, last.unit) == ("toy/fit", 60, 60, "step")
    assert last.note.startswith("loss 0.")
    assert last.note.endswith(" dB")
    assert "held-out 1" in last.note
    assert len(said.ticks) < 60  # a listener that writes a line for each would drown


def test_a_loss_that_is_no_number_names_frames_and_step_and_keeps_what_was_good(path):
    class Broken(toy.Toy):
        def sample_batch(self, step):
            batch = super().sample_batch(step)
            if step == 30:
                batch.tensors[0][0, 0, 3, 3] = torch.nan
            return batch

    with pytest.raises(FitError) as caught:
        toy.run(path, Broken())
    assert caught.value.exit_code == 1
    assert "step 30" in caught.value.problem
    assert caught.value.where == "frames 0, 7"
    assert str(path) in caught.value.fix
    kept = read_weights(path).tensors
    assert int(kept["step/0.weight"]) == 30
    assert all(tensor.isfinite().all() for tensor in kept.values())


def test_a_gradient_that_is_no_number_is_not_applied(path):
    class Steep(toy.Toy):
        def loss(self, tensors, phase):
            loss = super().loss(tensors, phase)
            return loss + (0 * self.network[0].weight).sum().sqrt() if phase else loss

    with pytest.raises(FitError, match="the gradient is no number any more at step 45"):
        toy.run(path, Steep())
    assert all(tensor.isfinite().all() for tensor in read_weights(path).tensors.values())


@pytest.mark.parametrize("figure", ["nan", "-inf"])
def test_a_held_out_figure_that_is_no_number_is_an_error(path, figure):
    class Blind(toy.Toy):
        def validate(self, network):
            return float(figure)

    with pytest.raises(FitError, match="held-out figure"):
        toy.run(path, Blind())


def test_an_error_of_the_thread_that_draws_comes_out(path):
    class Unreadable(toy.Toy):
        def sample_batch(self, step):
            assert threading.current_thread() is not threading.main_thread()
            if step == 12:
                raise PictureError("cannot be read", where="plate.1012.exr")
            return super().sample_batch(step)

    with pytest.raises(PictureError, match=r"plate\.1012"):
        toy.run(path, Unreadable())
    assert int(read_weights(path).tensors["step/0.weight"]) == 12


@pytest.mark.parametrize("where", ["loss", "validate"])
def test_too_little_memory_is_said_with_how_much(path, where):
    class Large(toy.Toy):
        pass

    setattr(Large, where, lambda *values: torch.zeros(1 << 46))
    with pytest.raises(DeviceError, match="too little memory for the fit: 281474976710656 bytes more are needed"):
        toy.run(path, Large())


def test_memory_does_not_grow_with_the_steps(path):
    counts = []

    class Counting(toy.Toy):
        def sample_batch(self, step):
            if step in (20, 280):
                counts.append(sum(issubclass(type(thing), torch.Tensor) for thing in gc.get_objects()))
            return super().sample_batch(step)

    toy.run(path, Counting(), replace(toy.SCHEDULE, iterations=300, patience=1000))
    assert counts[1] <= counts[0] + 3  # what the step in progress holds


def test_it_runs_outside_the_main_thread(path):
    ends = []
    thread = threading.Thread(target=lambda: ends.append(toy.run(path)))
    thread.start()
    thread.join()
    assert ends[0].history[-1].step == 60
