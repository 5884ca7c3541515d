"""Mattes are made by the command with the declared options, once while nothing changes."""

import pytest

from benchmarks.bench.cache import origin
from benchmarks.mask_propagate.run import propagate, result_folder
from tests.benchmarks.mask_propagate.shots import our_command


def ran_again(words):
    pytest.fail("ran again")


def test_ours_is_the_command_with_the_declared_options(shot):
    given = []
    made = propagate(shot, "ours", ["--quality", "draft"], execute=our_command(shot, given))
    words = given[0]
    assert words[2:4] == ["plugin", "mask-propagate"]
    for option, value in (("--plate", str(shot.ready.plate)), ("--quality", "draft"), ("--matte-channel", "A")):
        assert words[words.index(option) + 1] == value
    assert "--work" in words
    assert words[words.index("--key") + 1] == f"1001={shot.ready.matte / 'matte.1001.exr'}"
    assert (made.folder, made.channel) == (result_folder(shot, "ours"), "matte.A")
    assert (made.seconds, made.memory, made.origin) == (9.0, 2**30, origin())


def test_the_same_is_not_made_twice_and_another_is(shot):
    given = []
    made = propagate(shot, "ours", execute=our_command(shot, given))
    assert propagate(shot, "ours", execute=ran_again) == made
    propagate(shot, "ours", ["--quality", "draft"], execute=our_command(shot, given))
    assert len(given) == 2


def test_a_result_that_is_not_whole_is_made_anew(shot):
    given = []
    made = propagate(shot, "ours", execute=our_command(shot, given))
    next(made.folder.glob("*.exr")).unlink()
    propagate(shot, "ours", execute=our_command(shot, given))
    assert len(given) == 2
