import torch

from tests.vfxlib.training_ground.scenes import CPU
from vfxlib.training_ground.shapes import OBJECT, SIDE, STROKE, WIRE, draw_shapes

SHAPES = draw_shapes(0, CPU)


def test_shapes_follow_from_the_seed():
    assert torch.equal(draw_shapes(0, CPU).distance, SHAPES.distance)
    assert not torch.equal(draw_shapes(1, CPU).distance, SHAPES.distance)


def test_a_thing_lies_inside_its_square_and_covers_some_of_it():
    things = SHAPES.distance[SHAPES.first[OBJECT] : SHAPES.first[STROKE], 0]
    border = torch.cat([things[:, 0], things[:, -1], things[:, :, 0], things[:, :, -1]], -1)
    assert (border < 0).all()
    assert (SHAPES.area[: len(things)] > 0.02).all()
    assert (SHAPES.area[: len(things)] < 0.95).all()


def test_distances_grow_by_one_for_each_unit_as_the_edge_s_softness_needs():
    things = SHAPES.distance[: SHAPES.first[STROKE], 0]
    slope = torch.stack(torch.gradient(things, spacing=2 / SIDE, dim=(1, 2))).square().sum(0).sqrt()
    near = things.abs() < 0.03
    assert 0.85 < slope[near].median() < 1.15


def test_strokes_are_a_line_and_wires_reach_from_side_to_side():
    strokes = SHAPES.distance[SHAPES.first[STROKE] : SHAPES.first[WIRE], 0]
    wires = SHAPES.distance[SHAPES.first[WIRE] :, 0]
    assert (strokes <= 0).all()
    assert (wires <= 0).all()
    assert (strokes.amax((1, 2)) > -0.03).all()
    assert (wires[:, :, 0].amax(1) > -0.03).all()
    assert (wires[:, :, -1].amax(1) > -0.03).all()
