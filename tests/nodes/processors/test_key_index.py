"""What is said of key frames: which they are, and in which there is nothing to make."""

import json

import pytest

from nodes.processors.key_index import KeyFrame, KeyIndex, key_index_at, key_path
from vfxlib.errors import UsageError


def test_an_index_that_is_not_there_lists_nothing_and_one_that_cannot_be_read_is_named(tmp_path):
    path = tmp_path / "paint.json"
    assert key_index_at(path).keys == ()
    path.write_text(json.dumps({"keys": [3, "7"], "empty": {"7": "x"}}))
    found = key_index_at(path)
    assert (found.keys, found.empty) == ((3, 7), {"7": "x"})
    assert found.near([1, 2, 3]) == {3: tmp_path / "paint.0003.exr"} == {3: key_path(path, 3)}
    for words in ("{}", '{"keys": [1]}', '{"keys": 3, "empty": {}}', '{"keys": ["x"], "empty": {}}', "[]", "{"):
        path.write_text(words)
        with pytest.raises(UsageError, match=r"paint\.json"):
            key_index_at(path)
    path.write_text('{"keys": [], "empty": []}')
    with pytest.raises(UsageError, match="delete it"):
        key_index_at(path)


def test_a_frame_needs_none_only_as_long_as_it_is_made_from_the_same(tmp_path):
    index = KeyIndex(tmp_path / "paint.json", (7,), {"7": "x"})
    assert index.needs_none(KeyFrame(6, 7, tmp_path / "paint.0007.exr", "x"))
    assert not index.needs_none(KeyFrame(6, 7, tmp_path / "paint.0007.exr", "y"))
