import pytest

from tests.vfxlib.internal_fit.shots import painter_settings
from vfxlib.errors import DeviceError
from vfxlib.internal_fit.memory import fit_bytes, paint_bytes
from vfxlib.train.memory import check_memory


def test_too_little_memory_is_told_with_what_is_needed():
    needed = fit_bytes(painter_settings(), 4, 160, twice=False)
    check_memory(needed, 8.0, "a step")
    with pytest.raises(DeviceError, match=r"a step needs 0\.5 GiB, and --memory allows 0\.4") as caught:
        check_memory(needed, 0.4, "a step")
    assert "--memory 0.5" in caught.value.fix


def test_a_step_takes_more_with_every_sample_and_a_picture_with_every_pixel():
    small = painter_settings()
    assert fit_bytes(small, 4, 160, twice=True) == 2 * fit_bytes(small, 4, 160, twice=False)
    assert fit_bytes(small, 8, 160, twice=False) == 2 * fit_bytes(small, 4, 160, twice=False)
    assert fit_bytes(small, 4, 320, twice=False) == 4 * fit_bytes(small, 4, 160, twice=False)
    assert paint_bytes(small, 2000) == pytest.approx(2 * paint_bytes(small, 1000), abs=1)


def test_the_larger_networks_take_more():
    sizes = [fit_bytes(painter_settings(network=n), 4, 160, twice=False) for n in ("base", "stacked", "coarse-to-fine")]
    assert sizes == sorted(sizes)
    assert sizes[1] == 2 * sizes[0]
