"""JSON that others wrote is read within limits."""

import os
import sys

import pytest

from vfxlib.io.json_file import all_numbers, parse_json, read_json


def test_values_come_back(tmp_path):
    (tmp_path / "a.json").write_text('{"a": [1, "é"]}', encoding="utf-8")
    assert read_json(tmp_path / "a.json") == {"a": [1, "é"]}


@pytest.mark.parametrize("depth", [65, 100_000])
@pytest.mark.parametrize("brackets", ["[]", ('{"a":', "}")])
def test_what_is_nested_too_deep_is_no_value(depth, brackets):
    with pytest.raises(ValueError, match="deeper"):
        parse_json(brackets[0] * depth + "1" + brackets[1] * depth)


def test_sixty_levels_are_few_enough():
    assert parse_json("[" * 60 + "]" * 60)


def test_what_is_too_long_is_not_read(tmp_path):
    (tmp_path / "a.json").write_text("[1, 2, 3]")
    with pytest.raises(ValueError, match="more than 4 bytes"):
        read_json(tmp_path / "a.json", 4)


def test_a_name_that_stands_twice_is_refused_where_it_must_be_one():
    assert parse_json('{"a": 1, "a": 2}') == {"a": 2}
    with pytest.raises(ValueError, match="'a' stands in it twice"):
        parse_json('{"b": {"a": 1, "a": 2}}', unique=True)
    assert parse_json('[{"a": 1}, {"a": 2}]', unique=True) == [{"a": 1}, {"a": 2}]


@pytest.mark.parametrize("words", [b"\xff\xfe\xfa", b"", b"{", b"1" * 5000])
def test_what_is_no_json_is_a_value_error(words):
    with pytest.raises(ValueError):  # noqa: PT011  whatever json says of it
        parse_json(words)


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes among the files")
def test_a_pipe_is_refused_and_not_waited_for(tmp_path):
    os.mkfifo(tmp_path / "a.json")
    with pytest.raises(OSError, match="regular"):
        read_json(tmp_path / "a.json")


@pytest.mark.parametrize("value", [True, "1", None, [1], float("nan"), float("inf"), 10**400])
def test_what_no_computation_goes_on_with_is_no_number(value):
    assert all_numbers([1, -2.5, 1e300])
    assert not all_numbers([1, value])
