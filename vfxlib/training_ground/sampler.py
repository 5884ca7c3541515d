"""The sampler: a step's number in, a batch of clips out, always the same for the same number."""

import torch

from vfxlib.training_ground.camera import draw_camera
from vfxlib.training_ground.clip import Clip
from vfxlib.training_ground.composite import Composite, composite_layers
from vfxlib.training_ground.draws import Draws, generator_of
from vfxlib.training_ground.layers import draw_layers, layer_homography
from vfxlib.training_ground.light import add_grain, file_round_trip, mean_stops
from vfxlib.training_ground.motion import motion_between, visibility
from vfxlib.training_ground.settings import SceneSettings
from vfxlib.training_ground.shapes import draw_shapes

__all__ = ["SceneSampler"]

EXPOSURE = 0.6  # standard deviation between clips, stops
TINT = 0.3  # of the light's drift, how much each colour drifts by itself


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
        seen = composite_layers(
            layers,
            layer_homography(layers, camera, exposed),
            settings.size,
            self._pictures,
            self._shapes,
            margin,
        )
        clean, full, matte, label = _expose(seen, moments)
        light = (exposure[:, None, None] * gain)[..., None, None]
        eight = stored < settings.eight_bit
        ten = (stored >= settings.eight_bit) & (stored < settings.eight_bit + settings.ten_bit)
        grain = generator_of(self.seed + 1, step, self.device)
        noisy = add_grain(full * light, amount, softness, grain)

        view = layer_homography(layers, camera, times.expand(settings.batch, -1))[:, : layers.background]
        now = view[:, :, 1:-1]
        return Clip(
            frames=file_round_trip(noisy, eight, ten, steps=True),
            truth=file_round_trip(clean * light, eight, ten, steps=False),
            mattes=matte[:, :, None],
            forward=torch.stack(motion_between(now, view[:, :, 2:], label, settings.size), 2),
            backward=torch.stack(motion_between(now, view[:, :, :-2], label, settings.size), 2),
            layer=label,
            gain=gain,
            visible=visibility(now, label, matte > 0) if settings.visibility else None,
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


def _expose(seen: Composite, moments: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Average what is seen while a frame is exposed; which layer is seen counts in the middle of it."""
    if moments == 1:
        return seen.clean, seen.full, seen.matte, seen.label
    clean, full, matte = (
        each.reshape(len(each), -1, moments, *each.shape[2:]).mean(2) for each in (seen.clean, seen.full, seen.matte)
    )
    return clean, full, matte, seen.label[:, moments // 2 :: moments]
