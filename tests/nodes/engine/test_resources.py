"""A task takes what the job gives it, and never nothing."""

import gc
import os
import platform
import subprocess
import sys

import psutil
import pytest

from nodes.engine.memory_budget import MemoryBudget
from nodes.engine.resources import Resources, frozen, trim_memory, uncollected
from nodes.shot import Output


def test_threads_are_those_asked_for_or_the_cores_that_the_process_may_use(monkeypatch):
    assert Resources(Output(threads=3)).threads == 3
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: {2, 5, 7}, raising=False)
    assert Resources(Output()).threads == 3
    monkeypatch.delattr(os, "sched_getaffinity")
    monkeypatch.setattr(os, "cpu_count", lambda: None)
    assert Resources(Output()).threads == 1


def test_as_many_frames_are_worked_on_as_there_is_memory_for_and_one_at_least(monkeypatch):
    means = Resources(Output(threads=8, memory=4.0))
    monkeypatch.setattr(Resources, "budget", lambda self, share: int(share * 2**30))
    assert [means.threads_within(each) for each in (0, 1, 2**27, 2**28, 2**40)] == [8, 8, 4, 2, 1]


def test_what_a_task_takes_for_its_parts_it_has_no_more_for_others():
    memory = MemoryBudget(64.0)
    first, second = Resources(Output(memory=64.0), memory), Resources(Output(memory=64.0), memory)
    everything = memory.part(1.0)
    kept = first.kept_budget(0.2)
    parts = [first.budget(0.5), first.budget(0.5), first.budget(0.5)]
    assert kept + sum(parts) == pytest.approx(everything, rel=1e-6)
    assert parts[2] == 0
    assert second.budget(0.5) == parts[0]  # once the first task has ended, the next one shares what is not kept


def test_what_a_part_has_no_use_for_is_left_for_others():
    memory = MemoryBudget(64.0)
    means = Resources(Output(memory=64.0), memory)
    assert means.budget(0.5, 2**20) == pytest.approx(2**20, abs=1)
    assert means.left == pytest.approx(1 - means.share_of(2**20))
    everything = memory.part(1.0)
    assert means.kept_budget(means.left) == pytest.approx(everything - 2**20, abs=2**10)
    assert means.left == pytest.approx(0, abs=1e-9)
    assert means.share_of(2**50) == 1
    assert means.kept_budget(-0.5) == 0


def test_a_budget_is_a_share_of_what_the_process_does_not_use_yet_and_never_less_than_nothing():
    used = psutil.Process().memory_info().rss
    found = Resources(Output(memory=64.0)).budget(0.5)
    assert found == pytest.approx((64 * 2**30 - used) / 2, rel=0.01)
    assert Resources(Output(memory=0.5)).budget(0.5) < 2**28


def test_memory_can_be_handed_back_anywhere():
    trim_memory()


def test_cycles_are_not_looked_for_while_modules_are_loaded_and_in_what_was_loaded_never():
    with uncollected():
        assert not gc.isenabled()
    assert gc.isenabled()
    with frozen():
        assert gc.get_freeze_count() > 1000
    assert gc.get_freeze_count() == 0


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="elsewhere there is nothing to do")
def test_large_arrays_are_handed_back_when_they_are_freed_whatever_lies_between_them():
    words = """
import numpy, psutil
from nodes.engine.resources import release_freed_arrays
release_freed_arrays()
def held():
    return psutil.Process().memory_info().rss
numpy.ones(1 << 22)  # what glibc learns to keep arrays by
before, between = held(), []
for _ in range(8):
    large = [numpy.ones(5 << 19) for _ in range(4)]
    between += [numpy.ones(1 << 18) for _ in range(2)]
    del large
assert held() - before < (16 * 2 + 8) << 20, held() - before
"""
    subprocess.run([sys.executable, "-c", words], check=True)
