"""A command made of declared values means the same values."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nodes import NODES, RECIPES
from nodes.declare import Choice, FrameFiles, FrameList, Integer, Number, Params, Text, Toggle, controls
from nodes.shot import Output, Shot
from plugin.cli import parser
from plugin.command_words import face_words
from plugin.options import read_options

NAMES = st.text(st.characters(categories=("L", "N", "P", "Zs")), min_size=1, max_size=20).filter(
    lambda words: not words.startswith("~")
)


def values(control):
    match control:
        case Number(hard=(low, high)):
            return st.floats(low, high)
        case Integer(hard=(first, last)):
            return st.integers(first, last)
        case Toggle():
            return st.booleans()
        case Choice(options=options):
            return st.sampled_from(options)
        case Text():
            return NAMES
        case FrameList():
            return st.lists(st.integers(-5, 2000), max_size=5)
        case FrameFiles():
            return st.dictionaries(st.integers(-5, 2000), NAMES, max_size=3)


def some(kind: type[Params]):
    return st.fixed_dictionaries({}, optional={n: values(c) for n, c in controls(kind).items()}).map(
        lambda given: kind(**given)
    )


@pytest.mark.parametrize("face", [*NODES, *RECIPES], ids=lambda face: face.name)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_what_a_host_says_is_what_the_command_understands(face, data):
    shot, params, output = data.draw(some(Shot)), data.draw(some(face.params)), data.draw(some(Output))
    taken = Shot(**{n: getattr(shot, n) for n in controls(Shot) if n in _taken(face)})
    parsed = parser().parse_args(face_words(face, taken, params, output))
    assert read_options(Shot, parsed) == taken
    assert read_options(face.params, parsed) == params
    assert read_options(Output, parsed) == output


def _taken(face):
    from nodes.shot import shot_fields

    return shot_fields(face)
