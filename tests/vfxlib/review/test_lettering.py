"""Letters can be had at any size, without any other library than Pillow."""

import subprocess
import sys

from tests.places import ROOT
from vfxlib.review.lettering import font


def test_letters_of_twice_the_size_take_twice_the_room():
    assert 1.8 < font(40).getlength("shot 12") / font(20).getlength("shot 12") < 2.2


def test_a_curve_is_drawn_with_pillow_and_numpy_alone():
    heavy = ("OpenImageIO", "OpenEXR", "cv2", "scipy", "av", "torch", "PyOpenColorIO")
    code = f"import sys, vfxlib.review.plot; print([name for name in {heavy} if name in sys.modules])"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=True)
    assert run.stdout.strip() == "[]"
