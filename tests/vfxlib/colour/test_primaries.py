"""Primaries: every space of the table is the one that OCIO means by that name."""

import numpy as np
import PyOpenColorIO as OCIO  # noqa: N814
import pytest

from vfxlib.colour.primaries import LINEAR_SPACES, Chromaticities, LinearSpace, linear_space_with, read_chromaticities


def to_xyz(chromaticities: Chromaticities) -> np.ndarray:
    """Matrix from RGB to XYZ, SMPTE RP 177."""
    points = np.array(chromaticities).reshape(4, 2)
    xyz = np.column_stack([points, 1 - points.sum(axis=1)]).T
    white = xyz[:, 3] / xyz[1, 3]
    return xyz[:, :3] * np.linalg.solve(xyz[:, :3], white)


@pytest.mark.parametrize("space", LINEAR_SPACES, ids=lambda s: s.builtin)
def test_the_primaries_of_the_table_are_those_of_ocio(space: LinearSpace) -> None:
    config = OCIO.Config.CreateFromFile("ocio://studio-config-latest")
    cpu = config.getProcessor(space.builtin, "lin_ciexyzd65_scene").getDefaultCPUProcessor()
    colours = np.array([cpu.applyRGB(list(unit)) for unit in np.eye(3)]).T
    expected = to_xyz(space.chromaticities)
    if not space.builtin.startswith("CIE"):  # whatever has another white is adapted to D65, by Bradford
        bradford = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
        d65 = to_xyz(LINEAR_SPACES[0].chromaticities).sum(axis=1)
        gain = (bradford @ d65) / (bradford @ expected.sum(axis=1))
        expected = np.linalg.inv(bradford) @ np.diag(gain) @ bradford @ expected
    np.testing.assert_allclose(colours, expected, atol=0.007)


def test_every_space_is_found_again_by_rounded_numbers_and_by_no_other() -> None:
    for space in LINEAR_SPACES:
        rounded = read_chromaticities([round(n, 3) for n in space.chromaticities])
        assert rounded is not None
        assert linear_space_with(rounded) is space


def test_what_is_no_set_of_primaries_is_none() -> None:
    assert read_chromaticities(None) is None
    assert read_chromaticities("0.64") is None
    assert read_chromaticities((1, 2, 3)) is None
    assert read_chromaticities(["a"] * 8) is None
    assert linear_space_with((0.7, 0.2, 0.2, 0.7, 0.1, 0.1, 0.33, 0.33)) is None
