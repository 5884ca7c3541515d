"""JSON is changed by its structure, and goes on to be changed where it is none any more."""

import json
from random import Random

from tests.fuzz.mutate_json import mutate_json

JOB = json.dumps({"paintout": 1, "shot": {"plate": "plate.####.exr", "frames": "1-3"}, "nodes": [{"node": "x"}]})


def test_most_changes_are_json_of_another_structure():
    changed = [mutate_json(Random(number), JOB.encode()) for number in range(300)]
    read = []
    for words in changed:
        try:
            read.append(json.loads(words))
        except (ValueError, RecursionError):
            continue
    assert len(read) > 200
    assert len({json.dumps(values) for values in read}) > 100


def test_some_are_deeper_than_python_reads_and_some_hold_numbers_that_it_refuses():
    changed = [mutate_json(Random(number), JOB.encode()) for number in range(2000)]
    assert any(b"[" * 1000 in words for words in changed)
    assert any(b"9" * 5000 in words for words in changed)
    assert any(b"NaN" in words for words in changed)


def test_json_in_a_string_is_changed_inside():
    outer = json.dumps({"settings": JOB})
    inner = [mutate_json(Random(number), outer.encode()) for number in range(100)]
    assert any(b"paintout" in words and words != outer.encode() for words in inner)


def test_what_is_no_json_is_changed_as_bytes():
    assert mutate_json(Random(1), b"{no json") != b"{no json"
