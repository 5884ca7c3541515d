"""What MaskPropagate is given, before any work: the right weights, and keys that show damage to be found."""

from pathlib import Path

from nodes.mask_propagate import MaskPropagateParams
from vfxlib.errors import MatteError, SequenceError
from vfxlib.inputs.shot import OpenShot
from vfxlib.layer_names import DAMAGE_THRESHOLD

__all__ = ["check", "check_damage"]

MOST = 0.5  # share of a frame that damage may cover: the rest tells what is none


def check(shot: OpenShot, params: MaskPropagateParams) -> None:
    """See that the fit can start from the weights that it is given, and that there is damage to learn from.

    raises  WeightsError for those of other objects; as ``check_damage``
    """
    if params.method == "corruption":
        check_damage(shot)
        return
    if not params.start:
        return
    # only now, for they import torch
    from nodes.processors.mask_propagate.fit import settings_of
    from vfxlib.mask_propagate.weights import start_from
    from vfxlib.nets.masker import open_masker

    assert shot.keys is not None, "a job without keys is not opened"
    start_from(open_masker(settings_of(shot.keys), seed=0), Path(params.start), shot.keys.objects)


def check_damage(shot: OpenShot) -> None:
    """See that there is another frame to compare one with, and that the keys show damage, and what is none.

    raises  SequenceError for a shot of one frame; MatteError for a key that marks nothing, or most of the picture
    """
    keys = shot.keys
    assert keys is not None, "a job without keys is not opened"
    if len(shot.frames) < 2:
        raise SequenceError(
            "damage is found by comparing frames, and there is one alone",
            where=shot.plate.spelling,
            fix="give more frames of the shot, or --method object",
        )
    shares = {number: float((keys.read(number).coverage >= DAMAGE_THRESHOLD).mean()) for number in keys.frames}
    if not any(shares.values()):
        raise MatteError(
            f"no pixel of the keys is as much as {DAMAGE_THRESHOLD:g}, so nothing of the damage is marked",
            where=keys.path(keys.frames[0]),
            fix="paint the damage stronger, or check --matte-channel",
        )
    for number, share in shares.items():
        if share > MOST:
            raise MatteError(
                f"the key of frame {number} marks {share:.0%} of the picture as damage",
                where=keys.path(number),
                fix="mark the damage alone, or check whether the key is inverted",
            )
