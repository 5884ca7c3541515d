"""The effect of an object on the picture around it, a shadow or reflection: region growing from the object outwards."""

import torch
import torch.nn.functional as F  # noqa: N812

from vfxlib.layer_names import OBJECT_THRESHOLD
from vfxlib.mask_propagate.features import COMPARED, MEDIAN
from vfxlib.mask_propagate.warp import dilate

__all__ = ["effect_of"]

CHANGED = 0.25  # of the median difference to registered neighbours, in steps: more is no background at rest
SURE = 0.6  # and from here on it is changed for certain
STEPS = 64  # in which an effect is followed from the object outwards, at the least
AT_ONCE = 2  # pixels of each: a gap of so much is bridged


def effect_of(features: torch.Tensor, mattes: torch.Tensor, reach: float) -> torch.Tensor:
    """Grow a region from the objects over what differs from the background at rest.

    features  [8 h w]
    mattes    [k h w]  0..1
    reach     pixels from the objects that are searched, 1 at the least
    returns   [1 h w]  0..1; 0 inside the objects, and everywhere if the picture cannot be compared with its neighbours.
              What touches an object and differs from the background as the other frames show it there is its effect:
              a shadow and a reflection differ because they move with it, and so they do in a locked shot
    """
    objects = (mattes.amax(0, keepdim=True) > OBJECT_THRESHOLD).float()
    changed = ((features[MEDIAN] - CHANGED) / (SURE - CHANGED)).clamp(0, 1)[None]
    changed = F.avg_pool2d(changed[None], 3, 1, 1, count_include_pad=False)[0] * (features[COMPARED] > 0)
    if not bool(objects.any()):
        return torch.zeros_like(changed)
    far = max(1, round(reach))
    reachable = (changed > 0) & (dilate(objects, far) > 0)
    region = objects
    for _ in range(max(STEPS, far)):  # as far as is asked, and around corners
        grown = torch.maximum(region, dilate(region, AT_ONCE) * reachable)
        if bool((grown == region).all()):
            break
        region = grown
    return changed * region * (1 - objects)
