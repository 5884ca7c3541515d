"""Names are what files can be called; the one that was meant is told."""

import os

import pytest

from nodes.names import name_text, path_text, shown, unknown
from vfxlib.errors import UsageError


def test_a_name_comes_back_as_it_is_whatever_bytes_it_is_made_of():
    for words in ("", "~", "é", "a b", os.fsdecode(b"caf\xe9"), "x" * 300):
        assert name_text(words, "--plate") == words


@pytest.mark.parametrize("words", ["a\0", "\ud800", "x" * 40_000], ids=["NUL", "half a pair", "long"])
def test_what_no_file_can_be_called_is_refused_in_few_words(words):
    with pytest.raises(UsageError) as caught:
        path_text(words, "--plate")
    assert caught.value.where == "--plate"
    assert len(str(caught.value)) < 300


def test_a_home_is_written_out_at_the_beginning_only(monkeypatch):
    monkeypatch.setenv("HOME", "/home/me")
    assert [path_text(words, "") for words in ("~", "~/a", "a/~", "./~", "~nobody-at-all/a")] == [
        *("/home/me", "/home/me/a", "a/~", "./~", "~nobody-at-all/a")
    ]


def test_the_nearest_name_is_told_and_all_that_there_are():
    error = unknown("key", "parms", ["node", "params"], "j.json")
    assert str(error) == "j.json: there is no key 'parms'\n  try: write 'params'; the keys are node, params"
    assert "write" not in str(unknown("key", "x" * 10**6, ["node"], ""))
    assert len(str(unknown("key", "x" * 10**6, ["node"], ""))) < 200


def test_any_value_is_repeated_in_few_words():
    assert max(len(shown(value)) for value in ("x" * 10**6, 10**4000, [[1] * 999] * 999, {"a" * 999: 1})) < 300
