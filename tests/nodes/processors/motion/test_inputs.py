"""What registration and completion are made from beside plate and matte: motion, and where takes end."""

import json

import pytest

from nodes.processors.motion.inputs import complete, register
from tests.nodes.engine.made import context, flow, leave, matted
from vfxlib.errors import UsageError


@pytest.fixture
def made(folder):
    """Files of the earlier steps, as far as inputs ask for them."""
    for number in (1, 2, 3):
        leave(folder, "flow-inpaint", "motion", number, 0.0, own=f"motion {number}")
    path = folder / "out.work" / "flow-inpaint" / "register" / "register.json"
    path.parent.mkdir(parents=True)
    path.write_text(json.dumps({"cuts": [3]}))
    return folder


def at(folder, step, **params):
    return context(matted(folder), folder, flow(reach=1, **params), step=step)


def test_a_registration_follows_from_all_motion_and_completion_from_what_is_near(made):
    assert register(at(made, "register")) == {"motion": {str(n): f"motion {n}" for n in (1, 2, 3)}}
    assert complete(at(made, "complete"), 1) == {
        "takes": [True, True],
        "motion": {"1": "motion 1", "2": "motion 2"},
    }


def test_what_is_not_there_is_named(folder):
    with pytest.raises(UsageError, match="step motion has not been run for frame 1"):
        register(at(folder, "register"))
