"""The file of weights that MaskPropagate is given: the right one, before any work."""

from pathlib import Path

from nodes.mask_propagate import MaskPropagateParams
from vfxlib.inputs.shot import OpenShot

__all__ = ["check"]


def check(shot: OpenShot, params: MaskPropagateParams) -> None:
    """See that the fit can start from the weights that it is given: they must have been fitted to the same objects.

    raises  WeightsError
    """
    if not params.start:
        return
    # only now, for they import torch
    from nodes.processors.mask_propagate.fit import settings_of
    from vfxlib.mask_propagate.weights import start_from
    from vfxlib.nets.masker import open_masker

    assert shot.keys is not None, "a job without keys is not opened"
    start_from(open_masker(settings_of(shot.keys), seed=0), Path(params.start), shot.keys.objects)
