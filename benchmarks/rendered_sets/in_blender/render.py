"""Render one set: every frame without the thing and with it, and once sharp for what lies where.

    PYTHONPATH=.:demo .venv-bpy/bin/python -m benchmarks.rendered_sets.in_blender.render NAME OUT [--threads N]
        [--step N] [--samples N]

OUT gets without.####.exr and with.####.exr (beauty, the second with the thing's Cryptomatte), place.####.exr (world
positions and object numbers at the shutter's middle, without the thing) and shot.json (cameras, poses of what moves).
"""

from __future__ import annotations

import argparse
import importlib
import json
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import bpy
from bpy_extras.object_utils import world_to_camera_view  # type: ignore[import-not-found]
from mathutils import Vector  # type: ignore[import-not-found]

from benchmarks.bench.rendered import RENDERED_SETS, RenderedSet, find_rendered_set
from benchmarks.rendered_sets.in_blender.motion import FIRST, Shot

WIDTH, HEIGHT = 480, 270
MARGIN = 24  # pixels around the thing: motion blur and soft shadows
SHADOW = 4.0  # metres that a shadow is followed


def settle(scene: Any, declared: RenderedSet, threads: int) -> None:
    render, cycles = scene.render, scene.cycles
    render.engine = "CYCLES"
    render.resolution_x, render.resolution_y, render.resolution_percentage = WIDTH, HEIGHT, 100
    render.threads_mode, render.threads = "FIXED", threads
    render.use_persistent_data = True
    render.motion_blur_shutter, render.motion_blur_position = max(declared.shutter, 0.01), "CENTER"
    cycles.device, cycles.use_adaptive_sampling = "CPU", False
    # light straight from sun, sky and lamps, and what is bounced once as ambient occlusion: a third of the time
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces, cycles.transmission_bounces = 1, 1, 1, 0
    cycles.use_fast_gi, cycles.fast_gi_method, cycles.ao_bounces_render = True, "REPLACE", 1
    scene.world.light_settings.distance, scene.world.light_settings.ao_factor = 3.0, 0.6
    cycles.caustics_reflective = cycles.caustics_refractive = False
    cycles.sample_clamp_indirect = 4.0
    cycles.denoiser, cycles.denoising_prefilter = "OPENIMAGEDENOISE", "FAST"
    scene.view_layers[0].name = "beauty"
    image = render.image_settings
    image.media_type = "MULTI_LAYER_IMAGE"
    image.file_format, image.color_depth, image.exr_codec = "OPEN_EXR_MULTILAYER", "32", "ZIPS"
    image.use_exr_interleave = True


def as_picture(scene: Any, declared: RenderedSet) -> None:
    """Motion blur and denoised light."""
    scene.render.use_motion_blur = declared.shutter > 0
    scene.cycles.samples, scene.cycles.use_denoising = declared.samples, True
    scene.cycles.pixel_filter_type = "BLACKMAN_HARRIS"
    scene.cycles.filter_width = 1.5
    layer = scene.view_layers[0]
    layer.use_pass_position = layer.use_pass_object_index = False


def as_place(scene: Any) -> None:
    """Sharp: the surface at each pixel's middle, at the shutter's middle."""
    scene.render.use_motion_blur = False
    scene.cycles.samples, scene.cycles.use_denoising = 1, False
    scene.cycles.pixel_filter_type, scene.cycles.filter_width = "BOX", 0.01
    scene.cycles.max_bounces = 0
    layer = scene.view_layers[0]
    layer.use_pass_position = layer.use_pass_object_index = True
    layer.use_pass_cryptomatte_asset = False


def number_objects(shot: Shot) -> dict[int, Any]:
    """Everything that is rendered has number 1, but each part of what moves on its own has its own; returns these."""
    for made in bpy.data.objects:
        made.pass_index = 1
    parts = [
        part for root in shot.moving for part in (root, *root.children_recursive) if part.type in ("MESH", "CURVE")
    ]
    numbered = dict(enumerate(parts, 2))
    for number, part in numbered.items():
        part.pass_index = number
    return numbered


def frame_thing(scene: Any, parts: list[Any], shadow: bool) -> None:
    """Let only the part of the picture be rendered that holds the thing, and the shadow that it casts on the ground.

    What falls on a wall lies between both.
    """
    graph = bpy.context.evaluated_depsgraph_get()
    points = [part.evaluated_get(graph).matrix_world @ Vector(corner) for part in parts for corner in part.bound_box]
    if shadow:
        for lamp in [made for made in scene.objects if made.type == "LIGHT" and made.data.energy > 0]:
            for point in points[: 8 * len(parts)]:
                way = lamp.matrix_world.to_3x3() @ Vector((0, 0, -1))
                way = way if lamp.data.type == "SUN" else point - lamp.matrix_world.translation
                if way.z < -0.02:
                    points.append(point + way * min(-point.z / way.z, SHADOW / way.length))
    seen = [world_to_camera_view(scene, scene.camera, point) for point in points]
    seen = [at for at in seen if at.z > 0.1]
    render, margin = scene.render, MARGIN / WIDTH
    render.border_min_x, render.border_max_x = (
        min(max(value, 0.0), 1.0) for value in (min(at.x for at in seen) - margin, max(at.x for at in seen) + margin)
    )
    render.border_min_y, render.border_max_y = (
        min(max(value, 0.0), 1.0)
        for value in (min(at.y for at in seen) - 2 * margin, max(at.y for at in seen) + 2 * margin)
    )


def matrix(values: Iterable[Iterable[float]]) -> list[list[float]]:
    return [list(row) for row in values]


def render_set(declared: RenderedSet, folder: Path, threads: int, step: int) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    module = importlib.import_module(f"benchmarks.rendered_sets.in_blender.{declared.kind}")
    shot: Shot = getattr(module, declared.place)(declared.frames)
    settle(scene, declared, threads)
    numbered = number_objects(shot)
    parts = [part for part in (shot.thing, *shot.thing.children_recursive) if part.type in ("MESH", "CURVE")]
    for part in parts:
        part.visible_shadow = declared.shadow
    folder.mkdir(parents=True, exist_ok=True)
    told: dict[str, Any] = {"thing": shot.thing.name, "frames": {}}

    def go(index: int) -> None:
        take = sum(index >= first for first in declared.takes) - 1
        scene.camera = shot.cameras[take]
        scene.frame_set(FIRST + index)
        if shot.each is not None:
            shot.each(index)

    def render_all(name: str) -> None:
        for index in range(0, declared.frames, step):
            go(index)
            scene.render.use_border = name == "with"
            if scene.render.use_border:
                frame_thing(scene, parts, declared.shadow)
            scene.cycles.seed = declared.seed * 1000 + index
            scene.render.filepath = str(folder / f"{name}.{FIRST + index}.exr")
            bpy.ops.render.render(write_still=True)
            eye = scene.camera.evaluated_get(bpy.context.evaluated_depsgraph_get())
            lens = eye.calc_matrix_camera(bpy.context.evaluated_depsgraph_get(), x=WIDTH, y=HEIGHT)
            told["frames"][FIRST + index] = {
                "take": sum(index >= first for first in declared.takes) - 1,
                "world_to_clip": matrix(lens @ eye.matrix_world.inverted()),
                "eye": list(eye.matrix_world.translation),
                "focal": lens[0][0] * WIDTH / 2,
                "poses": {number: matrix(part.matrix_world) for number, part in numbered.items()},
            }

    as_picture(scene, declared)
    scene.view_layers[0].use_pass_cryptomatte_asset = True
    render_all("with")
    for part in parts:
        part.hide_render = True
    scene.view_layers[0].use_pass_cryptomatte_asset = False
    render_all("without")
    as_place(scene)
    render_all("place")
    (folder / "shot.json").write_text(json.dumps(told))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=[declared.name for declared in RENDERED_SETS])
    parser.add_argument("out", type=Path)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--step", type=int, default=1, help="Every Nth frame only, for a look.")
    parser.add_argument("--samples", type=int, help="For a look.")
    values = parser.parse_args()
    declared = find_rendered_set(values.name)
    if values.samples:
        declared = replace(declared, samples=values.samples)
    render_set(declared, values.out, values.threads, values.step)


if __name__ == "__main__":
    main()
