"""What MaskPropagate's results are made from beside plate and keys."""

import json

import pytest

from nodes.processors.mask_propagate.inputs import carry, carrying_weights, fit, render
from tests.nodes.engine.made import context, keyed, leave, mask, write
from vfxlib.errors import UsageError

MOTION = {str(number): f"motion {number}" for number in (1, 2, 3)}


@pytest.fixture
def made(folder):
    """Files of the earlier steps, as far as inputs ask for them."""
    for number in (1, 2, 3):
        leave(folder, "mask-propagate", "motion", number, 0.0, own=f"motion {number}")
        leave(folder, "mask-propagate", "carry", number, 1.0, ["matte.A"], own="carried")
    for step, told in (("fit", {"weights": ["round2.safetensors"]}), ("carry", {})):
        path = folder / "out.work" / "mask-propagate" / step / f"{step}.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(told))
    (folder / "out.work/mask-propagate/fit/round2.safetensors").write_text("weights")
    return folder


def at(folder, step, *keys):
    return context(keyed(folder, *keys), folder, mask(), step=step)


def test_a_fit_follows_from_all_motion_and_what_is_carried_from_the_weights_too(made):
    assert fit(at(made, "fit")) == {"motion": MOTION}
    carrying = at(made, "carry")
    weights = carrying.content(made / "out.work/mask-propagate/fit/round2.safetensors")
    assert carry(carrying) == {"motion": MOTION, "weights": [weights]}


def test_a_rendered_frame_follows_from_its_own_carried_matte_and_from_all_keys(made):
    before = {number: render(at(made, "render"), number) for number in (1, 2)}
    assert before[1]["carry"] == "carried"
    write(made / "out.work/mask-propagate/carry/carry.0002.exr", 0.5, ["matte.A"])  # an artist's
    after = {number: render(at(made, "render"), number) for number in (1, 2)}
    assert {number: before[number] == after[number] for number in before} == {1: True, 2: False}
    more = at(made, "render", (1, f"{made}/first.exr"), (3, f"{made}/last.exr"))
    assert render(more, 1)["keys"] != before[1]["keys"]


def test_a_frame_that_was_not_carried_and_a_fit_without_weights_are_named(made):
    (made / "out.work/mask-propagate/carry/carry.0002.exr").unlink()
    with pytest.raises(UsageError, match=r"carry\.0002\.exr: the matte of frame 2 has not been carried"):
        render(at(made, "render"), 2)
    (made / "out.work/mask-propagate/fit/fit.json").write_text('{"weights": []}')
    with pytest.raises(UsageError, match=r"fit\.json: names no weights"):
        carrying_weights(at(made, "carry"))
    (made / "out.work/mask-propagate/motion/motion.0003.exr").unlink()
    with pytest.raises(UsageError, match="step motion has not been run for frame 3"):
        fit(at(made, "fit"))
