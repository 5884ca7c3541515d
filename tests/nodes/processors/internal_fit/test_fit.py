"""The fit of a shot: its levels, how its steps are shared among them, and that a stop changes no bit at any level."""

import json

import numpy as np
import pytest

from nodes.processors.internal_fit import fit as fit_step
from tests.nodes.engine.made import context, fit, matted
from vfxlib.errors import Stopped
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr

DISPLAY = Box(0, 0, 520, 130)  # just too long for one level


@pytest.fixture(scope="module")
def shot(tmp_path_factory):
    folder, rng = tmp_path_factory.mktemp("fit"), np.random.default_rng(0)
    for number in (1, 2, 3):
        pixels = {name: rng.random((DISPLAY.height, DISPLAY.width)).astype(np.float16) for name in "RGB"}
        matte = np.zeros((DISPLAY.height, DISPLAY.width), np.float16)
        matte[40:80, 100 * number : 100 * number + 40] = 1
        for name, channels in (("plate", pixels), ("matte", {"A": matte})):
            path = folder / f"{name}.{number}.exr"
            write_exr(path, display=DISPLAY, origin=(0, 0), data=DISPLAY, aspect=1.0, channels=channels, attributes={})
    return folder


@pytest.fixture(autouse=True)
def small_crops(monkeypatch):
    monkeypatch.setattr(fit_step, "CROP", 32)


def fitted(folder, out, on_step=None, **params):
    """The index of a fit, and the weights that it left."""
    given = fit(width=0.25, **{"iterations": 8, **params})
    at = context(matted(folder), folder, given, work=str(folder / out), threads=1)
    fit_step.run(at, at.shot.frames, on_step)
    index = json.loads(at.index_path.read_text())
    return index, [at.index_path.with_name(name).read_bytes() for name in index["weights"]]


def test_a_finer_level_takes_a_quarter_of_the_steps_of_the_coarsest(shot):
    index, _ = fitted(shot, "whole")
    assert index["weights"] == ["level0.safetensors", "level1.safetensors"]
    assert [index[name]["steps"] for name in index["weights"]] == [8, 2]


def test_a_fit_that_is_stopped_at_every_level_goes_on_to_the_same_bits(shot):
    for stop_at in ((0, 5), (1, 1)):

        def stop(objective, checkpoint, stop_at=stop_at):
            if (int(objective.network.settings.inputs > 4), checkpoint.step) == stop_at:
                raise Stopped

        with pytest.raises(Stopped):
            fitted(shot, "stopped", stop)
    assert fitted(shot, "stopped")[1] == fitted(shot, "whole")[1]


def test_a_network_that_begins_with_given_weights_warms_up_in_fewer_steps(shot, monkeypatch):
    _, weights = fitted(shot, "whole")
    start = shot / "start.safetensors"
    start.write_bytes(weights[0])
    schedules, make = [], fit_step._schedule
    monkeypatch.setattr(
        fit_step, "_schedule", lambda *given, **more: schedules.append(make(*given, **more)) or schedules[-1]
    )
    fitted(shot, "warm", start=str(start), iterations=1)
    assert [(each.rate, each.warm_up) for each in schedules] == [(4e-3, 20), (4e-3, 0)]


def test_a_level_has_the_share_of_the_minutes_that_it_has_of_the_steps(shot):
    at = context(matted(shot), shot, fit(minutes=10.0, iterations=600))
    for levels in (1, 2, 4):
        schedules = [fit_step._schedule(at, level, levels) for level in range(levels)]
        assert sum(each.minutes for each in schedules) == pytest.approx(10.0)
        assert [each.iterations for each in schedules] == [600, 150, 150, 150][:levels]
        assert schedules[-1].minutes / schedules[0].minutes == pytest.approx(schedules[-1].iterations / 600)
