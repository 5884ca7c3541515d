"""What motion takes on disk grows with the frames, and is never below what is written."""

import numpy as np

from nodes.processors.motion.cost import complete, measure
from nodes.processors.motion.motion_file import Fields, Way, write_fields
from tests.nodes.engine.made import context, flow, matted
from vfxlib.motion import Motion
from vfxlib.motion.view import motion_shape


def test_motion_takes_no_more_than_is_told(folder):
    at = context(matted(folder), folder, flow())
    told, shape, size = measure(at.shot, at.job_node.params), motion_shape(at.shot.display), at.shot.display.size
    rng, written = np.random.default_rng(1), 0
    for number in at.shot.frames:
        residual = rng.standard_normal((*shape, 2)).astype(np.float32)
        way = Way(Motion(np.eye(3), residual, size), rng.random(shape).astype(np.float32))
        path = folder / f"motion.{number}.exr"
        write_fields(path, Fields(way, way), shape, size, "f" * 64)
        written += path.stat().st_size
    headers = 2000 * len(at.shot.frames)
    assert written - headers <= told.disk <= 3 * written
    assert told.memory == 0
    assert 0 < told.seconds < complete(at.shot, at.job_node.params).seconds
