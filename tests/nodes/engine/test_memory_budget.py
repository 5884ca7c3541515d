"""Memory is handed out once: parts add up to no more than all."""

import psutil
import pytest

from nodes.engine.memory_budget import MemoryBudget


def test_all_is_what_the_process_did_not_hold_when_the_first_part_was_asked_for():
    used = psutil.Process().memory_info().rss
    memory = MemoryBudget(64.0)
    assert memory.part(1.0) == pytest.approx(64 * 2**30 - used, rel=0.01)
    assert MemoryBudget(0.001).part(1.0) == 0


def test_parts_of_what_is_kept_and_of_a_step_never_add_up_to_more_than_all():
    memory = MemoryBudget(64.0)
    everything = memory.part(1.0)
    kept = memory.keep(0.25) + memory.keep(0.25)
    first, second = memory.part(0.3), memory.part(0.4, taken=0.3)
    assert kept == pytest.approx(everything / 2)
    assert first == pytest.approx(0.3 * everything, rel=1e-6)
    assert second == pytest.approx(0.2 * everything, rel=1e-6)
    assert memory.part(0.4, taken=0.9) == memory.keep(0.4, taken=0.9) == 0


def test_memory_grows_by_nothing_that_a_process_takes_later():
    memory = MemoryBudget(64.0)
    before = memory.part(0.5)
    held = bytearray(2**26)
    held[::4096] = b"x" * len(held[::4096])
    assert memory.part(0.5) == before


def test_what_was_kept_can_be_handed_out_again_once_it_is_closed():
    memory = MemoryBudget(64.0)
    memory.keep(0.7)
    memory.give_back()
    assert memory.left() == 1
