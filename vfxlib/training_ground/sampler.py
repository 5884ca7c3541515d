"""The sampler: a step's number in, a batch of clips out, always the same for the same number."""

from dataclasses import dataclass

import torch

from vfxlib.training_ground.camera import Camera, draw_camera
from vfxlib.training_ground.clip import Clip
from vfxlib.training_ground.composite import Composite, composite_layers
from vfxlib.training_ground.draws import Draws, generator_of
from vfxlib.training_ground.layers import Layers, draw_layers, layer_homography
from vfxlib.training_ground.light import add_grain, file_round_trip, mean_stops
from vfxlib.training_ground.motion import motion_between, visibility
from vfxlib.training_ground.settings import SceneSettings
from vfxlib.training_ground.shapes import draw_shapes

__all__ = ["SceneSampler"]

EXPOSURE = 0.6  # standard deviation between clips, stops
TINT = 0.3  # of the light's drift, how much each colour drifts by itself


@dataclass(frozen=True)
class _Scene:
    """What a step has drawn.

    times      [T + 2]      of the frames, and of one before and behind
    seen       of the T frames, as they are exposed
    gain       [B T 3]      light's drift
    light      [B T 3 1 1]  by which what is seen is multiplied
    grain      [B]          and softness, as ``add_grain`` takes them
    generator  of the grain
    eight, ten [B]          as ``file_round_trip`` takes them
    """

    camera: Camera
    layers: Layers
    times: torch.Tensor
    seen: Composite
    gain: torch.Tensor
    light: torch.Tensor
    grain: torch.Tensor
    softness: torch.Tensor
    generator: torch.Generator
    eight: torch.Tensor
    ten: torch.Tensor


class SceneSampler:
    """Draws clips of layered scenes, wholly on a device.

    A step's number gives the same clip at any time, and the same bits on one kind of device; on other kinds the same
    scene in other roundings and other grain.
    """

    def __init__(self, pictures: torch.Tensor, settings: SceneSettings, device: torch.device, seed: int) -> None:
        """Prepare.

        pictures  [n 3 H W]  scene-linear light in ACEScg's primaries, of what surfaces show; any float type
        settings  of the scenes
        device    on which all is done
        seed      another one gives other scenes
        """
        assert settings.blur_samples % 2 == 1, "the middle moment of a blurred frame is the frame's"
        assert min(settings.size) >= 2
        self.settings, self.device, self.seed = settings, device, seed
        self._pictures = pictures.to(device)
        self._stops = mean_stops(self._pictures)
        self._shapes = draw_shapes(seed, device)

    @torch.no_grad()
    def draw(self, step: int) -> Clip:
        """Draw a batch of clips.

        step  from 0 on
        """
        scene = self._scene(step)
        settings, label = self.settings, scene.seen.label
        view = layer_homography(scene.layers, scene.camera, scene.times.expand(settings.batch, -1))
        view = view[:, : scene.layers.background]
        now = view[:, :, 1:-1]
        return Clip(
            frames=self._frames(scene),
            truth=file_round_trip(scene.seen.clean * scene.light, scene.eight, scene.ten, steps=False),
            mattes=scene.seen.matte[:, :, None],
            forward=torch.stack(motion_between(now, view[:, :, 2:], label, settings.size), 2),
            backward=torch.stack(motion_between(now, view[:, :, :-2], label, settings.size), 2),
            layer=label,
            gain=scene.gain,
            visible=visibility(now, label, scene.seen.matte > 0) if settings.visibility else None,
        )

    @torch.no_grad()
    def draw_frames(self, step: int) -> torch.Tensor:
        """The frames of `draw` alone, for what needs no truth, matte or motion: [B T 3 h w]."""
        return self._frames(self._scene(step))

    def _frames(self, scene: _Scene) -> torch.Tensor:
        noisy = add_grain(scene.seen.full * scene.light, scene.grain, scene.softness, scene.generator)
        return file_round_trip(noisy, scene.eight, scene.ten, steps=True)

    def _scene(self, step: int) -> _Scene:
        settings = self.settings
        draws = Draws(self.seed, step, settings.batch, self.device, _most_numbers(settings))
        camera = draw_camera(draws, settings)
        margin, exposure = draws.uniform(*settings.margin), torch.exp2(draws.normal(EXPOSURE))
        gain = _drift(draws, settings)
        amount, softness = draws.uniform(*settings.grain), draws.uniform(0.0, 1.0)
        stored, shutter = draws.uniform(0.0, 1.0), draws.uniform(*settings.shutter)
        moments = settings.blur_samples if draws.happens(settings.blur) else 1
        layers = draw_layers(draws, settings, camera, self._shapes, self._stops)

        times = torch.arange(-1, settings.frames + 1, device=self.device) - (settings.frames - 1) / 2
        frames = times[1:-1, None].expand(settings.batch, -1, -1)
        parts = (torch.arange(moments, device=self.device) - moments // 2) / moments
        exposed = (frames + parts * shutter[:, None, None]).flatten(1)
        view = layer_homography(layers, camera, exposed)
        seen = composite_layers(layers, view, settings.size, self._pictures, self._shapes, margin)
        return _Scene(
            camera=camera,
            layers=layers,
            times=times,
            seen=_expose(seen, moments),
            gain=gain,
            light=(exposure[:, None, None] * gain)[..., None, None],
            grain=amount,
            softness=softness,
            generator=generator_of(self.seed + 1, step, self.device),
            eight=stored < settings.eight_bit,
            ten=(stored >= settings.eight_bit) & (stored < settings.eight_bit + settings.ten_bit),
        )


def _most_numbers(settings: SceneSettings) -> int:
    """More random numbers than a sample takes."""
    layers = 1 + settings.planes[1] + settings.behind[1] + settings.front[1]
    return 128 + 4 * settings.frames + 64 * layers


def _drift(draws: Draws, settings: SceneSettings) -> torch.Tensor:
    """How light changes over a clip: [B T 3], 1 on the average."""
    alike, apart = (
        draws.normal(settings.drift, settings.frames, 1),
        draws.normal(TINT * settings.drift, settings.frames, 3),
    )
    walk = (alike + apart).cumsum(1)
    return torch.exp2(walk - walk.mean(1, keepdim=True))


def _expose(seen: Composite, moments: int) -> Composite:
    """Average what is seen while a frame is exposed; which layer is seen counts in the middle of it."""
    if moments == 1:
        return seen
    clean, full, matte = (
        each.reshape(len(each), -1, moments, *each.shape[2:]).mean(2) for each in (seen.clean, seen.full, seen.matte)
    )
    return Composite(clean, full, matte, seen.label[:, moments // 2 :: moments])
