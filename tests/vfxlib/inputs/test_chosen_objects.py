"""A list of objects is understood or refused, word by word."""

import pytest

from vfxlib.errors import UsageError
from vfxlib.inputs.chosen_objects import chosen_objects, object_numbers


def test_a_list_names_each_object_once_in_its_order():
    assert chosen_objects("") == ()
    assert chosen_objects(" dog, ball,dog ,") == ("dog", "ball")
    assert object_numbers(("3", "1", "03")) == (3, 1)


@pytest.mark.parametrize("text", [",", " ", ",".join(map(str, range(1, 70)))])
def test_a_list_that_names_nothing_or_too_much_is_refused(text):
    with pytest.raises(UsageError, match="object") as caught:
        chosen_objects(text)
    assert "--remove" in caught.value.where


@pytest.mark.parametrize("word", ["dog", "-1", "0", "65536", "1.0", "1-3", "²", "9" * 5000])
def test_what_is_no_number_of_an_object_is_refused(word):
    with pytest.raises(UsageError, match="number") as caught:
        object_numbers(("1", word))
    assert len(str(caught.value)) < 6000
    assert caught.value.fix
