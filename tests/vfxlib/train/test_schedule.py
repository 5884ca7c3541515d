"""A fit warms up, stays, decays once and ends."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vfxlib.train.schedule import Evaluation, Schedule


def evaluations(*figures):
    return [Evaluation(100 * n, 10.0 * n, 0.1, psnr) for n, psnr in enumerate(figures)]


def course(schedule, seconds_a_step=0.0):
    """The rates of a whole fit whose held-out figure always rises."""
    step, decay, rates = 0, None, []
    while schedule.decay_progress(step, step * seconds_a_step, decay) < 1:
        decay = decay or schedule.start_decay(step, step * seconds_a_step, ())
        if schedule.decay_progress(step, step * seconds_a_step, decay) >= 1:
            break
        rates.append(schedule.learning_rate_at(step, schedule.decay_progress(step, step * seconds_a_step, decay)))
        step += 1
    return rates, decay


def test_the_rate_climbs_stays_and_falls_to_a_hundredth():
    schedule = Schedule(iterations=1000, rate=2e-3, warm_up=100, decay_share=0.4)
    rates, decay = course(schedule)
    assert len(rates) == 1000
    assert decay.step == 600
    assert rates[0] == pytest.approx(2e-5)
    assert rates[99:600] == [2e-3] * 501
    assert rates[600:] == sorted(rates[600:], reverse=True)
    assert rates[800] == pytest.approx(2e-3 * 0.505, rel=1e-6)
    assert rates[-1] == pytest.approx(2e-5, rel=0.01)


@given(st.integers(1, 500), st.floats(0.01, 0.99))
def test_a_fit_has_the_iterations_that_were_asked_for(iterations, share):
    rates, _ = course(Schedule(iterations=iterations, decay_share=share))
    assert len(rates) == iterations
    assert all(rate > 0 for rate in rates)


@given(st.floats(0.001, 20.0), st.floats(0.0, 5.0))
def test_a_fit_ends_by_its_minutes_at_most_one_step_late(seconds_a_step, minutes):
    rates, _ = course(Schedule(iterations=200, minutes=minutes), seconds_a_step)
    assert minutes == 0 or (len(rates) - 1) * seconds_a_step <= 60 * minutes


def test_minutes_that_suffice_change_no_rate():
    free, capped = Schedule(iterations=300), Schedule(iterations=300, minutes=1.0)
    assert course(free)[0] == course(capped, 0.19)[0]
    assert capped.end_reason(300, course(capped, 0.19)[1]) == "its iterations are done"


def test_minutes_that_do_not_suffice_decay_by_the_clock():
    schedule = Schedule(iterations=10_000, minutes=1.0)
    rates, decay = course(schedule, 0.5)
    assert len(rates) == 120
    assert decay.seconds == 36.0
    assert rates[-1] < 0.02 * schedule.rate
    assert schedule.end_reason(120, decay) == "its minutes are over"


def test_early_stopping_comes_after_so_many_evaluations_without_a_twentieth_of_a_decibel():
    schedule = Schedule(iterations=100_000, patience=3)
    assert schedule.start_decay(500, 1.0, evaluations(20.0, 21.0, 21.04, 21.0)) is None
    assert schedule.start_decay(500, 1.0, evaluations(20.0, 21.0, 21.04, 21.04, 21.06)) is None
    decay = schedule.start_decay(500, 1.0, evaluations(20.0, 21.0, 21.04, 21.04, 21.04))
    assert "no longer improved" in decay.reason
    assert schedule.length(decay) == 834
    # small gains add up
    assert schedule.start_decay(500, 1.0, evaluations(20.0, 20.03, 20.06, 20.09, 20.12, 20.15)) is None


def test_early_stopping_counts_from_the_last_improvement():
    schedule = Schedule(iterations=10**6, patience=2)
    assert not schedule.early_stopping(())
    assert not schedule.early_stopping(evaluations(20.0, 19.0))
    assert schedule.early_stopping(evaluations(20.0, 19.0, 18.0))
    assert not schedule.early_stopping(evaluations(20.0, 19.0, 21.0, 20.0))


def test_the_average_forgets_the_beginning():
    schedule = Schedule(iterations=10)
    assert schedule.ema_decay_at(0) == 0
    assert schedule.ema_decay_at(10) == 0.5
    assert schedule.ema_decay_at(10**6) == 0.998


def test_an_endless_figure_is_an_improvement():
    assert Schedule(iterations=10**6, patience=2).start_decay(5, 1.0, evaluations(20.0, 21.0, math.inf)) is None
