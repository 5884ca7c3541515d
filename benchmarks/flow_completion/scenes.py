"""Made scenes that no training sees, their motion completed by every method: mean distance from the truth."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch

from benchmarks.flow_completion.classical import METHODS, Known
from nodes.networks import FLOW_REFINEMENT
from vfxlib.device import to_numpy, to_tensor
from vfxlib.image.picture import Array
from vfxlib.motion.complete import complete
from vfxlib.motion.field import project
from vfxlib.motion.register import homography_of_flow
from vfxlib.motion.view import make_view
from vfxlib.motion.window_frame import WindowFrame, WindowWay, window_frame
from vfxlib.nets.flow_refinement import FlowRefinement
from vfxlib.nets.flow_refinement_settings import FLOWS
from vfxlib.nets.flow_start import smooth_start
from vfxlib.pretraining.flow_objective import FlowSamples, draw_flow_samples, end_point_error
from vfxlib.pretraining.pictures import made_pictures
from vfxlib.training_ground.clip import Clip
from vfxlib.training_ground.sampler import SceneSampler
from vfxlib.training_ground.settings import SceneSettings

__all__ = ["CARRIED", "Scene", "draw_scenes", "scene_errors"]

SEED = 7402  # of no training, and of no held-out scenes of one
CARRIED = "carried"
SMOOTH = "smooth start"


@dataclass(frozen=True)
class Scene:
    """Some clips, and what of their motion is known."""

    clip: Clip
    samples: FlowSamples


def draw_scenes(count: int, size: int) -> list[Scene]:
    """Batches of scenes as the flow refinement is trained on.

    count  batches
    size   height and width of a frame, pixels
    """
    cpu = torch.device("cpu")
    settings = SceneSettings(**{**FLOW_REFINEMENT.scene, "batch": FLOW_REFINEMENT.small_batch, "size": (size, size)})  # type: ignore[arg-type]
    sampler = SceneSampler(made_pictures().held_out()[1], settings, cpu, SEED)
    clips = [sampler.draw(step) for step in range(count)]
    return [Scene(clip, draw_flow_samples(clip, step, SEED)) for step, clip in enumerate(clips)]


def scene_errors(scenes: list[Scene], network: FlowRefinement | None) -> dict[str, dict[str, float]]:
    """The mean end-point error in the hole.

    network  trained; None to leave it out
    returns  method -> "by itself" and "learned from it" -> pixels
    """
    methods: dict[str, Callable[[Scene], torch.Tensor]] = {
        **{name: _per_frame(method) for name, method in METHODS.items()},
        SMOOTH: lambda scene: _smooth(scene.samples),
        CARRIED: _carried,
    }
    found: dict[str, dict[str, float]] = {}
    for name, method in methods.items():
        starts = [method(scene) for scene in scenes]
        found[name] = {"by itself": _mean_error(scenes, starts)}
        if network is not None:
            learned = [_learned(network, scene.samples, start) for scene, start in zip(scenes, starts, strict=True)]
            found[name]["learned from it"] = _mean_error(scenes, learned)
    return found


def _mean_error(scenes: list[Scene], flows: list[torch.Tensor]) -> float:
    pairs = zip(scenes, flows, strict=True)
    return float(np.mean([end_point_error(each, s.samples.truth, s.samples.known) for s, each in pairs]))


def _learned(network: FlowRefinement, samples: FlowSamples, start: torch.Tensor) -> torch.Tensor:
    with torch.no_grad():
        steps: list[torch.Tensor] = network(samples.measured, samples.known, base=samples.base, start=start)
    return steps[-1][:, :, :FLOWS]


def _smooth(samples: FlowSamples) -> torch.Tensor:
    filled = smooth_start(samples.measured.flatten(0, 1), samples.known.flatten(0, 1))
    return filled.view_as(samples.measured)


def _per_frame(method: Callable[[Array, Known], Array]) -> Callable[[Scene], torch.Tensor]:
    """A method of one frame, on all of them."""

    def fill(scene: Scene) -> torch.Tensor:
        samples, filled = scene.samples, torch.zeros_like(scene.samples.measured)
        for clip, frame in np.ndindex(*filled.shape[:2]):
            flow = to_numpy(samples.measured[clip, frame].permute(1, 2, 0))
            done = method(flow, to_numpy(samples.known[clip, frame, 0]) > 0)
            filled[clip, frame] = to_tensor(done, filled.device).permute(2, 0, 1)
        return filled

    return fill


def _carried(scene: Scene) -> torch.Tensor:
    """What FlowInpaint's search finds, which sees the pictures as well."""
    samples = scene.samples
    filled = torch.zeros_like(samples.measured)
    for clip in range(len(filled)):
        count = filled.shape[1]
        frames = {t: _frame(scene, clip, t, count) for t in range(count)}
        for t in range(count):
            done = complete(t, frames, margin=0.0)
            motions = {1: done.forward, -1: done.backward}
            whole = torch.zeros_like(filled[clip, t])
            for sign, part in ((1, slice(0, 2)), (-1, slice(2, 4))):
                motion, turned = motions[sign] or motions[-sign], 1.0 if motions[sign] is not None else -1.0
                assert motion is not None
                grid = np.stack(np.meshgrid(*(np.arange(n) for n in filled.shape[:-3:-1])), -1)
                moved = motion.displacement(grid).astype(np.float32) * np.float32(turned)
                whole[part] = to_tensor(moved, whole.device).permute(2, 0, 1)
            filled[clip, t] = whole - samples.base[clip, t]
    return torch.where(samples.known > 0, samples.measured, filled)


def _frame(scene: Scene, clip: int, t: int, count: int) -> WindowFrame:
    """A frame as the completion takes it: what is measured, as a homography and what lies on top."""
    samples = scene.samples
    known = to_numpy(samples.known[clip, t, 0]) > 0
    view = make_view(to_numpy(scene.clip.working_truth[clip, t].permute(1, 2, 0)), known)
    frame = window_frame(view, (), samples.known.device)
    height, width = known.shape
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), -1).astype(np.float32)
    ways = {}
    for sign, part in ((1, slice(0, 2)), (-1, slice(2, 4))):
        if not 0 <= t + sign < count:
            continue
        base = to_numpy(samples.base[clip, t, part].permute(1, 2, 0))
        matrix = homography_of_flow(grid, base)
        matrix = np.eye(3) if matrix is None else matrix
        by_matrix = (project(matrix, grid) - grid).astype(np.float32)
        residual = to_numpy(samples.measured[clip, t, part].permute(1, 2, 0)) + base - by_matrix
        residual[~known] = np.nan
        tensor = to_tensor(np.ascontiguousarray(residual.transpose(2, 0, 1)), samples.known.device)
        ways[sign] = WindowWay(matrix, tensor, True)
    return WindowFrame(frame.working, frame.known, frame.seen, frame.size, ways)
