"""A fit warms up, stays, cools down once and ends."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vfxlib.train.schedule import Evaluation, Schedule


def checks(*figures):
    return [Evaluation(100 * n, 10.0 * n, 0.1, psnr) for n, psnr in enumerate(figures)]


def course(schedule, seconds_a_step=0.0):
    """The rates of a whole fit whose held-out figure always rises."""
    step, cooling, rates = 0, None, []
    while schedule.cooled(step, step * seconds_a_step, cooling) < 1:
        cooling = cooling or schedule.cools(step, step * seconds_a_step, ())
        if schedule.cooled(step, step * seconds_a_step, cooling) >= 1:
            break
        rates.append(schedule.rate_at(step, schedule.cooled(step, step * seconds_a_step, cooling)))
        step += 1
    return rates, cooling


def test_the_rate_climbs_stays_and_falls_to_a_hundredth():
    schedule = Schedule(iterations=1000, rate=2e-3, warm_up=100, cooling=0.4)
    rates, cooling = course(schedule)
    assert len(rates) == 1000
    assert cooling.step == 600
    assert rates[0] == pytest.approx(2e-5)
    assert rates[99:600] == [2e-3] * 501
    assert rates[600:] == sorted(rates[600:], reverse=True)
    assert rates[800] == pytest.approx(2e-3 * 0.505, rel=1e-6)
    assert rates[-1] == pytest.approx(2e-5, rel=0.01)


@given(st.integers(1, 500), st.floats(0.01, 0.99))
def test_a_fit_has_the_iterations_that_were_asked_for(iterations, cooling):
    rates, _ = course(Schedule(iterations=iterations, cooling=cooling))
    assert len(rates) == iterations
    assert all(rate > 0 for rate in rates)


@given(st.floats(0.001, 20.0), st.floats(0.0, 5.0))
def test_a_fit_ends_by_its_minutes_at_most_one_step_late(seconds_a_step, minutes):
    rates, _ = course(Schedule(iterations=200, minutes=minutes), seconds_a_step)
    assert minutes == 0 or (len(rates) - 1) * seconds_a_step <= 60 * minutes


def test_minutes_that_suffice_change_no_rate():
    free, capped = Schedule(iterations=300), Schedule(iterations=300, minutes=1.0)
    assert course(free)[0] == course(capped, 0.19)[0]
    assert capped.ended(300, course(capped, 0.19)[1]) == "its iterations are done"


def test_minutes_that_do_not_suffice_cool_by_the_clock():
    schedule = Schedule(iterations=10_000, minutes=1.0)
    rates, cooling = course(schedule, 0.5)
    assert len(rates) == 120
    assert cooling.seconds == 36.0
    assert rates[-1] < 0.02 * schedule.rate
    assert schedule.ended(120, cooling) == "its minutes are over"


def test_it_gives_up_after_so_many_checks_without_a_twentieth_of_a_decibel():
    schedule = Schedule(iterations=100_000, patience=3)
    assert schedule.cools(500, 1.0, checks(20.0, 21.0, 21.04, 21.0)) is None
    assert schedule.cools(500, 1.0, checks(20.0, 21.0, 21.04, 21.04, 21.06)) is None
    cooling = schedule.cools(500, 1.0, checks(20.0, 21.0, 21.04, 21.04, 21.04))
    assert "no longer improved" in cooling.reason
    assert schedule.length(cooling) == 834
    # small gains add up
    assert schedule.cools(500, 1.0, checks(20.0, 20.03, 20.06, 20.09, 20.12, 20.15)) is None


def test_the_average_forgets_the_beginning():
    schedule = Schedule(iterations=10)
    assert schedule.decay_at(0) == 0
    assert schedule.decay_at(10) == 0.5
    assert schedule.decay_at(10**6) == 0.998


def test_an_endless_figure_is_an_improvement():
    assert Schedule(iterations=10**6, patience=2).cools(5, 1.0, checks(20.0, 21.0, math.inf)) is None
