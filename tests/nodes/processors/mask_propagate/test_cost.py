"""What mattes take is told by the plate, its frames and the objects."""

import numpy as np

from nodes.processors.mask_propagate import cost
from tests.nodes.engine.made import DISPLAY, context, keyed, mask
from vfxlib.io.exr import write_exr


def test_more_frames_and_more_objects_take_more_disk_and_only_a_fit_needs_memory(folder):
    pixels = np.arange(16, dtype=np.float16)[None].repeat(12, axis=0)
    path = folder / "many.exr"
    channels = {"A": pixels}
    write_exr(path, display=DISPLAY, origin=(0, 0), data=DISPLAY, aspect=1.0, channels=channels, attributes={})

    def told(step, frames="1-3", **params):
        at = context(keyed(folder, (1, str(path)), frames=frames), folder, mask(**params))
        return getattr(cost, step)(at.shot, at.job_node.params)

    for step in ("fit", "carry"):
        assert 0 < told(step, frames="1").disk < told(step).disk
        assert (told(step).memory > 0) is (step == "fit")
    assert told("fit", objects="apart").disk > told("fit").disk
    assert told("carry", objects="apart") == told("carry")
