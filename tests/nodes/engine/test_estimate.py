"""What a job will take is told by its own nodes."""

import re

import numpy as np
import pytest

from nodes import FLOW_INPAINT, INTERNAL_FIT, MASK_PROPAGATE
from nodes.engine.estimate import estimate
from nodes.engine.open_job import open_job
from nodes.flow_inpaint import FlowInpaintParams
from nodes.internal_fit import InternalFitParams
from nodes.job import Job, JobNode
from nodes.mask_propagate import MaskPropagateParams
from nodes.shot import Output, Shot
from vfxlib.image.box import Box
from vfxlib.io.exr import write_exr

FLOW = JobNode(FLOW_INPAINT, FlowInpaintParams())
BOX = Box(0, 0, 640, 360)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A plate and a matte of twenty frames."""
    folder = tmp_path_factory.mktemp("shot")
    zeros = np.zeros((BOX.height, BOX.width), np.float16)
    for name, channels in (("plate", "RGB"), ("matte", "A")):
        for number in range(1, 21):
            pixels = dict.fromkeys(channels, zeros)
            path = folder / f"{name}.{number:02d}.exr"
            write_exr(path, display=BOX, origin=(0, 0), data=BOX, aspect=1.0, channels=pixels, attributes={})
    return folder


def told(folder, *uses, frames=(), matte="matte.##.exr", key=(), **output):
    """The estimate of a job."""
    shot = Shot(plate=f"{folder}/plate.##.exr", matte=matte and f"{folder}/{matte}", key=key, frames=frames)
    return estimate(open_job(Job(shot, uses, Output(out=f"{folder}/out.##.exr", **output))))


def mebibytes(folder, *uses, **more):
    """Disk for the result and for the work folder."""
    sizes = re.findall(r"([\d.]+) (MiB|GiB)", told(folder, *uses, **more).splitlines()[0])
    return [float(size) * (1024 if unit == "GiB" else 1) for size, unit in sizes]


def fit(**params):
    return JobNode(INTERNAL_FIT, InternalFitParams(**params))


def test_both_take_more_for_more_frames(folder):
    few = (1, 2, 3, 4, 5)
    for use, times in ((FLOW, 2), (fit(), 1.4)):  # networks take the same for any number of frames
        assert mebibytes(folder, use)[1] > times * mebibytes(folder, use, frames=few)[1]


def test_what_a_fit_needs_of_the_memory_is_told_and_nothing_of_the_kind_without_one(folder):
    assert "internal-fit needs" in told(folder, fit())
    assert "needs" not in told(folder, FLOW)


def test_a_larger_network_takes_more(folder):
    sizes = [mebibytes(folder, fit(**more))[1] for more in ({}, {"width": 1.0}, {"width": 1.0, "network": "stacked"})]
    assert sizes == sorted(set(sizes))


def test_a_job_of_two_nodes_takes_what_both_take_and_the_pictures_between_them(folder):
    between = mebibytes(folder, FLOW)[0]
    both = mebibytes(folder, FLOW, fit())[1]
    assert both == pytest.approx(mebibytes(folder, FLOW)[1] + mebibytes(folder, fit())[1] + between, rel=0.05)


def test_layers_that_are_not_asked_for_take_nothing_in_the_result_but_between_the_nodes(folder):
    every, none = mebibytes(folder, FLOW, fit()), mebibytes(folder, FLOW, fit(), layers="none")
    assert none[0] < every[0]
    assert none[1] == every[1]


def test_mattes_that_are_made_take_disk_and_so_do_those_that_the_next_node_takes(folder):
    key, pixels = folder / "key.exr", np.eye(BOX.height, BOX.width, dtype=np.float16)
    write_exr(key, display=BOX, origin=(0, 0), data=BOX, aspect=1.0, channels={"A": pixels}, attributes={})
    mask, given = JobNode(MASK_PROPAGATE, MaskPropagateParams()), {"matte": "", "key": ((1, str(key)),)}
    alone = mebibytes(folder, mask, **given)[1]
    assert mebibytes(folder, mask, frames=(1, 2, 3, 4, 5), **given)[1] < alone
    between = BOX.width * BOX.height * (8 + 3 * 2 + 4) * 20 / 2**20
    assert "mask-propagate needs" in told(folder, mask, **given)
    both = mebibytes(folder, mask, FLOW, **given)[1]
    assert both == pytest.approx(alone + mebibytes(folder, FLOW)[1] + between, rel=0.05)
