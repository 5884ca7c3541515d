"""The work of a FRAMES step: its frames with their places and fingerprints."""

import pytest

from nodes.engine.fingerprints import fingerprint_base, frame_fingerprint
from nodes.engine.frame_step import frame_tasks
from tests.nodes.engine.made import context, fit, flow, leave, matted, write
from vfxlib.errors import OutputError, UsageError


def motion(folder, **output):
    return context(matted(folder), folder, flow(), step="motion", **output)


def test_every_frame_goes_to_its_place_with_its_own_fingerprint(folder):
    at = motion(folder)
    tasks = frame_tasks(at, (3, 1))
    assert list(tasks.targets) == [3, 1]
    base = fingerprint_base(at)
    for number, target in tasks.targets.items():
        assert target.path == folder / f"out.work/flow-inpaint/motion/motion.{number:04d}.exr"
        assert target.fingerprint == frame_fingerprint(at, base, number)
    assert tasks.name == "flow-inpaint/motion"


def test_in_the_work_folder_somebody_else_s_file_is_used_and_at_the_output_it_is_in_the_way(folder):
    targets = frame_tasks(motion(folder), (1, 2)).targets
    leave(folder, "flow-inpaint", "motion", 1, 0.0)
    leave(folder, "flow-inpaint", "motion", 2, 0.0, own=targets[2].fingerprint)
    assert frame_tasks(motion(folder), (1, 2, 3)).todo() == [3]
    assert frame_tasks(motion(folder, overwrite=True), (1, 2, 3)).todo() == [1, 3]

    fitting = context(matted(folder), folder, fit(), step="fit")
    fitting.index_path.parent.mkdir(parents=True)
    fitting.index_path.write_text('{"weights": []}')
    write(folder / "out.2.exr", 0.0)
    with pytest.raises(OutputError, match="--overwrite"):
        frame_tasks(context(matted(folder), folder, fit(), step="render"), (1, 2)).todo()
    asked = context(matted(folder), folder, fit(), step="render", overwrite=True)
    assert frame_tasks(asked, (1, 2)).todo() == [1, 2]


def test_a_step_before_that_has_not_run_is_named_at_once(folder):
    with pytest.raises(UsageError, match="step fit has not been run"):
        frame_tasks(context(matted(folder), folder, fit(), step="render"), (1,))
