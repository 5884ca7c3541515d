"""What is given and changes nothing is told, and nothing else is."""

import pytest

from nodes.engine.without_effect import without_effect
from tests.nodes.engine.made import fit, flow, job, keyed, mask, matted


def told(shot, *nodes, **output):
    return without_effect(job(shot, "x", *nodes, **output))


@pytest.mark.parametrize(
    ("nodes", "more", "said"),
    [
        ((fit(encoder="vgg"),), {}, "--encoder has no effect: --ambiguity is 0"),
        ((fit(take_over=0.25),), {}, "--take-over has no effect: there is no fill to keep"),
        ((fit(soften=2.0),), {}, "--soften has no effect: there is no fill to keep"),
        ((flow(), fit(quality="best", iterations=3)), {}, "internal-fit: --quality has no effect: --iterations"),
        ((flow(cuts=(2, 7, 8)),), {"frames": "1-3"}, "7-8 of --cuts has no effect: the job has no such frame"),
        ((flow(),), {"matte_id": 3, "matte_channel": "cryptomatte:a/b"}, "--matte-id has no effect"),
        ((fit(), flow()), {"fill": "f.#.exr"}, "--fill has no effect: of internal-fit, which takes it, no result"),
        ((flow(), fit()), {"fill": "f.#.exr"}, "flow-inpaint has no effect: internal-fit takes nothing from it"),
    ],
)
def test_what_is_given_in_vain_is_told_with_the_reason(nodes, more, said):
    assert [words for words in told(matted("x", **more), *nodes) if words.startswith(said)]


def test_the_quality_of_a_fit_for_mattes_is_told_too():
    assert told(keyed("x"), mask(quality="draft", iterations=5)) == [
        "--quality has no effect: --iterations stands in its place"
    ]


@pytest.mark.parametrize(
    ("shot", "nodes"),
    [
        (matted("x"), (fit(encoder="vgg", ambiguity=0.1),)),
        (matted("x", fill="f.#.exr"), (fit(take_over=0.25, soften=2.0),)),
        (matted("x"), (flow(), fit(take_over=0.25, soften=2.0))),
        (matted("x", frames="1-9", matte_id=3), (flow(cuts=(2, 7)),)),
        (keyed("x"), (mask(quality="draft"), flow(), fit(iterations=7))),
    ],
)
def test_what_has_an_effect_is_not_told(shot, nodes):
    assert told(shot, *nodes, seed=4) == []
