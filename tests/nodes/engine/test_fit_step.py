"""A fit leaves weights, a curve and an index; until the index stands nothing is lost, and then nothing else stays."""

import json
import math

import pytest
import torch
from torch import nn

from nodes.engine import shot_step
from nodes.engine.fit_step import FitSequence, frame_store_bytes, run_fit_step
from nodes.engine.shot_step import shot_state
from tests.nodes.engine.made import context, fit, matted
from vfxlib.errors import OutputError
from vfxlib.io.weights import read_weights, write_weights
from vfxlib.pipeline.fingerprint import FINGERPRINT, FileState
from vfxlib.train.objective import Batch
from vfxlib.train.schedule import Schedule

SCHEDULE = Schedule(iterations=6, rate=1e-2, warm_up=1, check_every=2)


class Line:
    """A line through points, the smallest network there is; counts its steps."""

    def __init__(self, slope=2.0):
        torch.manual_seed(1)
        self.network, self.slope, self.steps = nn.Linear(1, 1), slope, 0

    def sample_batch(self, step):
        x = torch.linspace(-1, 1, 8)[:, None]
        return Batch((x, self.slope * x), (step, step))

    def phase(self, step):
        return 0

    def loss(self, tensors, phase):
        self.steps += 1
        x, y = tensors
        return (self.network(x) - y).abs().mean()

    def validate(self, network):
        x, y = self.sample_batch(0).tensors
        return -10 * math.log10(float((network(x) - y).square().mean()))


def write(path, result):
    write_weights(path, dict(result.weights), {})


@pytest.fixture
def one_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


pytestmark = pytest.mark.usefixtures("one_thread")


class Fit:
    """A fit of two rounds of which the last one's weights are kept."""

    def __init__(self, folder, schedule=SCHEDULE, **params):
        self.context, self.schedule = context(matted(folder), folder, fit(**params), step="fit"), schedule
        self.lines = [Line(2.0), Line(3.0)]

    def run(self):
        run_fit_step(self.context, self.make)
        return self.names()

    def make(self, fingerprint):
        sequence = FitSequence(self.context, fingerprint, "round", 2)
        for line in self.lines:
            sequence.fit(line, self.schedule, write)
        return sequence.finish(sequence.made[-1:], "a line")

    def names(self):
        return sorted(path.name for path in self.context.folder.glob("*"))

    @property
    def fitted(self):
        """Whether any step of each network was taken."""
        return [line.steps > 0 for line in self.lines]

    @property
    def index(self):
        return json.loads(self.context.index_path.read_text())


def test_what_is_left_is_an_index_a_curve_and_the_weights_that_are_kept(folder):
    made = Fit(folder)
    assert made.run() == ["curve.png", "fit.json", "round1.safetensors"]
    assert made.fitted == [True, True]
    assert made.index["weights"] == ["round1.safetensors"]
    assert made.index["minutes"] == 0.0
    assert [made.index[f"round{n}.safetensors"]["steps"] for n in (0, 1)] == [6, 6]
    assert shot_state(made.context, made.index[FINGERPRINT]) is FileState.DONE
    assert (made.context.folder / "curve.png").stat().st_size > 100


def test_a_done_fit_is_not_made_again(folder):
    Fit(folder).run()
    again = Fit(folder)
    again.run()
    assert again.fitted == [False, False]


def test_the_best_weights_are_in_the_network_and_on_disk(folder):
    made = Fit(folder)
    made.run()
    held = read_weights(made.context.folder / "round1.safetensors").tensors
    assert {name: tensor.tolist() for name, tensor in held.items()} == {
        name: tensor.tolist() for name, tensor in made.lines[1].network.state_dict().items()
    }
    assert not made.lines[1].network.training


def test_a_fit_that_ends_before_its_index_stands_is_not_lost(folder, monkeypatch):
    whole = Fit(folder)
    whole.run()
    weights, index = (whole.context.folder / "round1.safetensors").read_bytes(), whole.index
    for path in whole.context.folder.iterdir():
        path.unlink()

    def full(path, words):
        raise OutputError("no space")

    stopped = Fit(folder)
    with monkeypatch.context() as patch:
        patch.setattr(shot_step, "write_text", full)
        with pytest.raises(OutputError, match="no space"):
            stopped.run()
    states = [f"round{n}.state.safetensors" for n in (0, 1)]
    assert [name for name in stopped.names() if name in states] == states
    assert "fit.json" not in stopped.names()

    again = Fit(folder)
    assert again.run() == ["curve.png", "fit.json", "round1.safetensors"]
    assert again.fitted == [False, False]
    assert (again.context.folder / "round1.safetensors").read_bytes() == weights
    assert {name: told for name, told in again.index.items() if name in ("weights", "minutes", FINGERPRINT)} == {
        name: told for name, told in index.items() if name in ("weights", "minutes", FINGERPRINT)
    }


def test_a_checkpoint_of_another_fit_outlives_one_that_is_done(folder):
    """A quick fit is run again while a long one is stopped: its hours are not the quick one's to throw away."""
    made = Fit(folder)
    made.run()
    (made.context.folder / "round0.state.safetensors").write_text("of another fit")
    assert "round0.state.safetensors" in Fit(folder).run()


def test_beside_somebody_else_s_index_checkpoints_stay(folder):
    made = Fit(folder)
    made.run()
    told = made.index
    del told[FINGERPRINT]
    made.context.index_path.write_text(json.dumps(told))
    (made.context.folder / "round0.state.safetensors").write_text("of a fit that goes on elsewhere")
    assert "round0.state.safetensors" in Fit(folder).run()


def test_a_later_network_is_another_fit_when_an_earlier_one_is(folder):
    kept = Fit(folder)
    kept.make("one")
    again = Fit(folder)
    again.make("one")
    assert again.fitted == [False, False]
    other = Fit(folder)
    other.lines[0].slope = 5.0
    (other.context.folder / "round0.state.safetensors").unlink()
    other.make("one")
    assert other.fitted == [True, True]
    assert Fit(folder).make("another")["weights"] == ["round1.safetensors"]


def test_a_fit_that_the_clock_ended_tells_so_and_one_that_ended_by_itself_does_not(folder):
    long = Fit(folder, Schedule(iterations=6, rate=1e-2, warm_up=1, check_every=2, minutes=60.0), minutes=60.0)
    long.run()
    assert long.index["minutes"] == 0.0
    for path in long.context.folder.iterdir():
        path.unlink()
    hasty = Fit(folder, Schedule(iterations=10**6, rate=1e-2, warm_up=1, check_every=2, minutes=1e-4), minutes=1e-4)
    hasty.run()
    assert hasty.index["minutes"] == 1e-4
    assert shot_state(hasty.context, hasty.index[FINGERPRINT]) is FileState.DONE
    assert shot_state(Fit(folder, minutes=5.0).context, hasty.index[FINGERPRINT]) is FileState.STALE


def test_on_the_processor_few_frames_stay_in_memory_and_never_more_than_there_is(folder):
    plenty = context(matted(folder), folder, fit(), memory=100.0)
    assert frame_store_bytes(plenty, 0.3) == 64 * 2**20
    little = context(matted(folder), folder, fit(), memory=0.5)
    assert 0 <= frame_store_bytes(little, 0.0) == 0
