"""The layers of scenes: planes, things behind and things in front, where they are at any moment and what they show."""

import math
from dataclasses import dataclass

import torch

from vfxlib.training_ground.camera import Camera, plane_homography
from vfxlib.training_ground.draws import Draws
from vfxlib.training_ground.homography import compose, similarity
from vfxlib.training_ground.settings import SceneSettings
from vfxlib.training_ground.shapes import OBJECT, STROKE, WIRE, ShapeBank

__all__ = ["Layers", "draw_layers", "layer_homography"]

SLOPE = 0.5  # steepest growth of the background's depth to a side
NEAREST = 0.4  # depth of the nearest plane, where the background's is 1
OFF_CENTRE = 0.38  # how far from the frame's middle things are in the middle of the clip
STANDING_SIZE = (0.25, 0.8)  # of standing parts, half a side, in shares of the frame's longer side
THING_SIZE = (0.08, 0.3)  # of moving things behind
STROKE_SIZE, WIRE_SIZE = (0.2, 0.45), (0.6, 0.95)
STROKE_LENGTH = 3.0  # of a usual stroke, in half sides of its square
THICKEST = 0.05  # half a stroke's width, in shares of the longer side
WIRE_WIDTH = (0.5, 1.6)  # half a wire's width, pixels
DENSITY = (0.4, 1.1)  # of a picture's pixels for one of the frame
EVENED = 0.75  # how much of the difference between pictures' light is taken away


@dataclass(frozen=True)
class Layers:
    """What scenes are made of, from the back to the front; L layers, of which the first fills the frame.

    background  how many of the layers belong to the background
    there       [B L]    False of a layer that this sample does not have; on the processor, all else on the device
    depth       [B L]    of the plane that the layer is on, at time 0
    slope       [B L 2]  of that plane
    pinned      [B L]    True of what stays at its place in the frame
    place       [B L 2]  where its middle is at time 0, on its plane
    velocity    [B L 2]  of its middle, a frame
    bob         [B L 2]  how far its middle sways
    pace        [B L]    of the swaying, radians a frame
    phase       [B L]    of the swaying, radians
    angle       [B L]    by which it is turned at time 0, radians
    spin        [B L]    radians a frame
    size        [B L]    half a side of its square, on its plane
    pixels      [B L]    the same in pixels of the frame at time 0
    shape       [B L]    index of its shape
    thick       [B L]    by which its shape is thickened, pixels
    softness    [B L]    width of its edge, pixels
    picture     [B L]    index of the picture that it shows
    density     [B L]    of the picture's pixels for one of the frame
    offset      [B L 2]  of the picture, in halves of its side
    turn        [B L]    by which the picture is turned, radians
    mirror      [B L]    1 or -1
    gain        [B L 3]  of the picture's light
    """

    background: int
    there: torch.Tensor
    depth: torch.Tensor
    slope: torch.Tensor
    pinned: torch.Tensor
    place: torch.Tensor
    velocity: torch.Tensor
    bob: torch.Tensor
    pace: torch.Tensor
    phase: torch.Tensor
    angle: torch.Tensor
    spin: torch.Tensor
    size: torch.Tensor
    pixels: torch.Tensor
    shape: torch.Tensor
    thick: torch.Tensor
    softness: torch.Tensor
    picture: torch.Tensor
    density: torch.Tensor
    offset: torch.Tensor
    turn: torch.Tensor
    mirror: torch.Tensor
    gain: torch.Tensor


def draw_layers(
    draws: Draws, settings: SceneSettings, camera: Camera, shapes: ShapeBank, stops: torch.Tensor
) -> Layers:
    """Draw the layers of every sample.

    stops  [n]  of each picture that there is to show, its usual light as `mean_stops` gives it
    """
    slots = _draw_slots(draws, settings, camera.focal.device)
    count, moves, goes = slots.there.shape[1], slots.moves, slots.goes
    still, pinned = (draws.chance(share, count) & goes for share in (settings.still, settings.pinned))
    still = still & ~pinned
    rank = (torch.arange(count, device=moves.device) - draws.uniform(0.0, 0.9, count)) / max(count - 1, 1)
    depth = 1.0 - (1.0 - NEAREST) * rank.clamp(min=0.0)
    slope = draws.uniform(-SLOPE, SLOPE, count, 2)
    # what barely moves stands just before the background, and leans as it does
    depth = torch.where(still, 0.999, depth)
    slope = torch.where(still[..., None], slope[:, :1], torch.where(moves[:, None], 0.0, slope * depth[..., None]))
    depth[:, 0] = 1.0

    stroke, wire = _other_kinds(draws, settings, goes)
    shape, pixels, thick = _draw_outlines(draws, settings, shapes, slots, stroke, wire)
    share = depth / camera.focal[:, None]  # the frame's longer side, on the plane
    speed = draws.log_uniform(*settings.own_speed, count) * (moves & ~pinned & ~still) * share
    heading = draws.uniform(0, 2 * math.pi, count)
    sways = (draws.chance(0.4, count) & moves & ~pinned & ~still) * share
    place = draws.uniform(-OFF_CENTRE, OFF_CENTRE, count, 2) * share[..., None]
    place = torch.where(wire[..., None], 0.3 * place, place)
    angle = draws.normal(0.25, count)
    angle = torch.where(wire | stroke, draws.uniform(-math.pi, math.pi, count), angle)
    place[:, 0], angle[:, 0] = 0.0, 0.0  # the first layer's coordinates are its plane's
    picture = draws.index(len(stops), count)
    light = draws.normal(0.6, count, 1) + draws.normal(0.12, count, 3) - EVENED * stops[picture][..., None]
    return Layers(
        background=slots.background,
        there=slots.there_on_host,
        depth=depth,
        slope=slope,
        pinned=pinned,
        place=place,
        velocity=torch.stack((heading.cos(), heading.sin()), -1) * speed[..., None],
        bob=draws.normal(0.03, count, 2) * sways[..., None],
        pace=draws.uniform(0.3, 1.2, count),
        phase=draws.uniform(0, 2 * math.pi, count),
        angle=angle,
        spin=draws.normal(0.03, count) * (draws.chance(0.4, count) & moves & ~pinned & ~still),
        size=pixels / max(settings.size) * share,
        pixels=pixels,
        shape=shape,
        thick=thick,
        softness=draws.uniform(*settings.softness, count),
        picture=picture,
        density=draws.log_uniform(*DENSITY, count),
        offset=draws.uniform(-1.0, 1.0, count, 2),
        turn=draws.normal(0.3, count),
        mirror=1.0 - 2.0 * draws.chance(0.5, count).float(),
        gain=torch.exp2(light),
    )


@dataclass(frozen=True)
class _Slots:
    """Which layers there are: moves, goes [L] bool, there [B L] bool, the same on the processor."""

    background: int
    moves: torch.Tensor
    goes: torch.Tensor
    there: torch.Tensor
    there_on_host: torch.Tensor


def _draw_slots(draws: Draws, settings: SceneSettings, device: torch.device) -> _Slots:
    """As many layers as the fullest sample of the batch has: a plane, standing and moving ones in turns, the front."""
    planes, behind, front = (draws.count(bounds) for bounds in (settings.planes, settings.behind, settings.front))
    order: list[tuple[bool, bool, torch.Tensor]] = [(False, False, torch.ones_like(planes) > 0)]
    for i in range(max(int(planes.max()), int(behind.max()))):
        order += [(False, False, planes > i)] if i < int(planes.max()) else []
        order += [(True, False, behind > i)] if i < int(behind.max()) else []
    background = len(order)
    order += [(True, True, front > i) for i in range(int(front.max()))]
    there = torch.stack([each for _, _, each in order], 1)
    moves = there.new_tensor([moves for moves, _, _ in order])
    goes = torch.arange(len(order)) >= background
    moves, goes, on_device = (each.to(device, non_blocking=True) for each in (moves, goes, there))
    return _Slots(background, moves, goes, on_device, there)


def _other_kinds(draws: Draws, settings: SceneSettings, goes: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Which layers are strokes, and which wires: [B L] bool each; only what must go is either."""
    drawn = draws.uniform(0.0, 1.0, len(goes))
    return (drawn < settings.strokes) & goes, (drawn > 1.0 - settings.wires) & goes


def _draw_outlines(
    draws: Draws, settings: SceneSettings, shapes: ShapeBank, slots: _Slots, stroke: torch.Tensor, wire: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Shape, half a side in pixels, and thickness in pixels of every layer: [B L] each."""
    count, side = len(slots.moves), float(max(settings.size))
    first = shapes.first
    chosen = [draws.index(first[kind + 1] - first[kind], count) + first[kind] for kind in (OBJECT, STROKE, WIRE)]
    shape = torch.where(stroke, chosen[STROKE], torch.where(wire, chosen[WIRE], chosen[OBJECT]))
    # what must go shares what it is to cover; wires cover what they cover
    together = (slots.there & slots.goes & ~wire).sum(1, keepdim=True).clamp(min=1)
    cover = draws.uniform(*settings.share)[:, None] / together * settings.size[0] * settings.size[1]
    fitting = (cover / (4.0 * shapes.area[shape].clamp(min=0.02))).sqrt()
    long = draws.uniform(*STROKE_SIZE, count) * side
    thick = (cover / (2.0 * STROKE_LENGTH * long)).clamp(1.5, THICKEST * side)
    standing, moving = (draws.log_uniform(*sizes, count) * side for sizes in (STANDING_SIZE, THING_SIZE))
    pixels = torch.where(slots.goes, fitting, torch.where(slots.moves, moving, standing))
    pixels = torch.where(stroke, long, torch.where(wire, draws.uniform(*WIRE_SIZE, count) * side, pixels))
    pixels[:, 0] = side
    thin = draws.uniform(*WIRE_WIDTH, count)
    return shape, pixels, torch.where(stroke, thick, torch.where(wire, thin, 0.0))


def layer_homography(layers: Layers, camera: Camera, times: torch.Tensor) -> torch.Tensor:
    """Where on the layers the points of a frame lie.

    times    [B N]  moments, frames from the middle of the clip
    returns  [B L N 3 3]  from a frame's coordinates, 0 in its middle and 1 the longer side, to a layer's own, in which
             its shape lies between -1 and 1
    """
    moments = torch.cat((times, torch.zeros_like(times[:, :1])), 1)
    on_plane = plane_homography(camera, moments, layers.depth, layers.slope)
    on_plane = torch.where(layers.pinned[..., None, None, None], on_plane[:, :, -1:], on_plane[:, :, :-1])
    t = times[:, None, :, None]
    swing = (layers.pace[..., None] * times[:, None] + layers.phase[..., None]).sin()[..., None]
    x, y = (layers.place[:, :, None] + layers.velocity[:, :, None] * t + layers.bob[:, :, None] * swing).unbind(-1)
    angle = layers.angle[..., None] + layers.spin[..., None] * times[:, None]
    return compose(similarity(x, y, angle, layers.size[..., None].expand_as(x)), on_plane)
