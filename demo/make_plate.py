"""Render the demo shot and finish it: plate, matte and truth, as a camera and a roto artist would deliver them.

    .venv-bpy/bin/python demo/make_plate.py --out demo

Blender renders each frame twice, with and without the robot; ``finish_plate.py`` makes the delivered files from that.
"""

from __future__ import annotations

import argparse
import json
import math
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import bpy
import courtyard

FIRST, COUNT, FPS = 1001, 16, 24
WIDTH, HEIGHT = 544, 306
TRAVEL = 1.8  # metres: a little less than the robot and its shadow are long, so that a few stones are never seen


def camera() -> Any:
    data = bpy.data.cameras.new("camera")
    data.lens, data.sensor_width = 30.0, 36.0
    made = bpy.data.objects.new("camera", data)
    bpy.context.collection.objects.link(made)
    bpy.context.scene.camera = made
    return made


def pose_camera(made: Any, index: int) -> None:
    """A step to the right, carried by hand: slow sway, small quick tremor, no roll worth noticing."""
    t = index / FPS
    sway = [math.sin(2 * math.pi * (f * t + p)) for f, p in ((0.9, 0.1), (1.3, 0.45), (3.1, 0.2), (3.9, 0.7))]
    made.location = (
        -1.05 + 0.95 * index / (COUNT - 1) + 0.03 * sway[0],
        -6.2 + 0.12 * index / (COUNT - 1),
        1.5 + 0.022 * sway[1] + 0.006 * sway[2],
    )
    made.rotation_euler = (
        math.radians(85.2 + 0.28 * sway[1] + 0.07 * sway[3]),
        math.radians(0.12 * sway[0]),
        math.radians(1.2 - 1.6 * index / (COUNT - 1) + 0.30 * sway[0] + 0.07 * sway[2]),
    )


def pose_robot(root: Any, index: int) -> None:
    way = TRAVEL * index / (COUNT - 1)
    root.location = (-2.4 + way, -1.35, -0.1 + 0.008 * math.sin(2.1 * index))
    root.rotation_euler = (0.0, math.radians(0.8 * math.sin(1.7 * index)), math.radians(-4.0))
    for child in root.children:
        if child.name.startswith("axle"):
            child.rotation_euler = (0.0, way / 0.17, 0.0)


def settle(scene: Any, samples: int, threads: int, percent: int) -> None:
    scene.render.engine = "CYCLES"
    scene.render.resolution_x, scene.render.resolution_y, scene.render.resolution_percentage = WIDTH, HEIGHT, percent
    scene.render.threads_mode, scene.render.threads = "FIXED", threads
    scene.render.use_persistent_data = True
    cycles = scene.cycles
    cycles.device, cycles.samples = "CPU", samples
    cycles.use_adaptive_sampling = False
    cycles.max_bounces, cycles.diffuse_bounces, cycles.glossy_bounces, cycles.transmission_bounces = 4, 2, 2, 1
    cycles.sample_clamp_indirect = 4.0
    cycles.use_denoising, cycles.denoiser, cycles.denoising_prefilter = True, "OPENIMAGEDENOISE", "FAST"
    layer = scene.view_layers[0]
    layer.name = "beauty"
    layer.use_pass_position = layer.use_pass_cryptomatte_asset = True
    image = scene.render.image_settings
    image.media_type = "MULTI_LAYER_IMAGE"
    image.file_format, image.color_depth, image.exr_codec = "OPEN_EXR_MULTILAYER", "32", "ZIP"
    image.use_exr_interleave = True


def render(folder: Path, samples: int, threads: int, percent: int, indices: range) -> None:
    bpy.ops.wm.read_factory_settings(use_empty=True)
    scene = bpy.context.scene
    settle(scene, samples, threads, percent)
    courtyard.build()
    eye = camera()
    root = courtyard.robot()
    poses = {}
    for index in indices:
        pose_camera(eye, index)
        pose_robot(root, index)
        bpy.context.view_layer.update()
        lens = eye.calc_matrix_camera(bpy.context.evaluated_depsgraph_get(), x=WIDTH, y=HEIGHT)
        poses[FIRST + index] = [list(row) for row in lens @ eye.matrix_world.inverted()]
        scene.cycles.seed = FIRST + index
        for name, hidden in (("with", False), ("without", True)):
            for part in root.children_recursive:
                part.hide_render = hidden
            scene.render.filepath = str(folder / f"{name}.{FIRST + index}.exr")
            bpy.ops.render.render(write_still=True)
    (folder / "shot.json").write_text(json.dumps({"fps": FPS, "object": "robot", "world_to_clip": poses}))


def main() -> None:
    root = Path(__file__).resolve().parent
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=root, help="folder for plate/, matte/ and truth/")
    parser.add_argument("--raw", type=Path, help="keep Blender's own files here (default: a temporary folder)")
    parser.add_argument("--samples", type=int, default=8, help="samples per pixel before denoising")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--percent", type=int, default=100, help="size of the frames, for a look")
    parser.add_argument("--step", type=int, default=1, help="render every Nth frame and deliver nothing: for a look")
    parser.add_argument("--python", type=Path, default=root.parent / ".venv/bin/python", help="Python with OpenEXR")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        raw = (args.raw or Path(scratch)).resolve()
        raw.mkdir(parents=True, exist_ok=True)
        render(raw, args.samples, args.threads, args.percent, range(0, COUNT, args.step))
        if args.step == 1:
            finish = [args.python, root / "finish_plate.py", "--raw", raw, "--out", args.out]
            sys.exit(subprocess.run([str(word) for word in finish], check=False).returncode)


if __name__ == "__main__":
    main()
