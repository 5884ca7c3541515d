"""The Group of every node and recipe, written out and kept: a change of one is seen, and meant.

PAINTOUT_GOLDENS=1 writes them anew.
"""

import os

import pytest

from nodes import NODES, RECIPES
from tests.places import ROOT

GOLDENS = ROOT / "tests" / "nuke" / "goldens"
FACES = [*RECIPES, *NODES]


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
def test_the_group_is_the_one_that_was_kept_and_reads_back_as_it_was(nuke, face):
    from plugin.nukehost import create

    made = nuke.to_text([create(face.name)])
    path = GOLDENS / f"{face.name}.nk"
    if os.environ.get("PAINTOUT_GOLDENS"):
        path.parent.mkdir(exist_ok=True)
        path.write_text(made)
    assert made == path.read_text()
    nuke._reset()
    assert nuke.to_text(nuke.from_text(made)) == made


@pytest.mark.parametrize("face", FACES, ids=lambda face: face.name)
def test_a_group_has_the_inputs_that_are_taken_and_no_gizmo(nuke, face):
    from plugin.nukehost import create, group

    node = create(face.name)
    assert node.Class() == "Group"
    inside = [each.name() for each in node.nodes() if each.Class() == "Input"]
    ports = {"matte" if port.name == "key" else port.name for port in face.inputs}
    assert inside == list(group.inputs_of(face))
    assert set(inside) == ports


def test_the_picture_of_the_group_is_small_and_can_be_drawn_from_the_script_that_is_kept(nuke, tmp_path):
    from tests.nuke.draw import draw_group

    kept = ROOT / "docs" / "nuke-group.png"
    draw_group(GOLDENS / "clean-plate.nk", tmp_path / "group.png")
    assert (tmp_path / "group.png").stat().st_size > 10_000
    assert kept.stat().st_size < 200_000
