"""At work: a part of a frame, any number of references one by one, weights from a file."""

import pytest
import torch

from vfxlib.errors import WeightsError
from vfxlib.image.box import Box
from vfxlib.io.weights import write_weights
from vfxlib.nets.settings import about_network
from vfxlib.nets.sta import StaClip, StaSettings, open_sta
from vfxlib.nets.sta_clip import KIND, TrainedSta, normalised_by, paint_hole, painted_part, read_sta

SETTINGS = StaSettings(channels=4, affine=4, spatial=2)
RNG = torch.Generator().manual_seed(2)


def a_frame(height=32, width=40):
    visible = torch.ones(1, height, width)
    visible[:, 8:20, 10:24] = 0
    return torch.cat((torch.rand(3, height, width, generator=RNG) * visible, visible))


def test_the_whole_frame_at_work_is_what_a_training_sees():
    network, target = open_sta(SETTINGS, 0), a_frame()
    others = [(a_frame(), torch.zeros(2, 32, 40)) for _ in range(3)]
    painted = paint_hole(network, target, Box(0, 0, 40, 32), others)
    seen = torch.stack([each for each, _ in others])[None]
    clip = StaClip(target[None, :3], 1 - target[None, 3:], seen[:, :, :3], seen[:, :, 3:], torch.zeros(1, 3, 2, 32, 40))
    with torch.no_grad():
        result = network(clip)
    assert torch.allclose(painted.colour, result.final[0], atol=1e-5)
    assert torch.equal(painted.carried, result.carried[0, 0] > 0)
    assert torch.allclose(painted.error, result.first[0, 3].exp(), rtol=1e-4)


def test_without_any_reference_the_frame_alone_is_painted_from():
    painted = paint_hole(open_sta(SETTINGS, 0), a_frame(), Box(0, 0, 40, 32), [])
    assert not painted.carried.any()
    assert torch.isfinite(painted.colour).all()


def test_the_part_lies_on_the_grid_inside_the_frame_and_holds_the_hole():
    part = painted_part(Box(300, 101, 310, 140), (480, 640))
    assert (part.x0 % 8, part.y0 % 8, part.width % 8, part.height % 8) == (0, 0, 0, 0)
    assert part.contains(Box(300 - 96, 101 - 96, 310 + 96, 140 + 96))
    assert painted_part(Box(0, 0, 640, 480), (480, 640)) == Box(0, 0, 640, 480)


def test_a_frame_is_normalised_by_what_is_visible_of_it():
    frame = a_frame()
    hidden = torch.where(frame[3:] > 0, frame[:3], 9.0)
    mean, deviation = normalised_by(hidden[None], frame[None, 3:])
    seen = ((hidden - mean[0]) / deviation[0])[:, frame[3] > 0]
    assert seen.mean(1).abs().max() < 1e-5
    assert float(seen.square().mean()) == pytest.approx(1, rel=1e-4)


def test_what_a_training_wrote_is_read_back_with_or_without_a_critic(tmp_path):
    network, path = open_sta(SETTINGS, 3), tmp_path / "sta.safetensors"
    write_weights(path, TrainedSta(network, None).state_dict(), about_network(KIND, SETTINGS))
    read = read_sta(path, torch.device("cpu"))
    assert read.settings == SETTINGS
    assert all(torch.equal(a, b) for a, b in zip(read.parameters(), network.parameters(), strict=True))


@pytest.mark.parametrize("settings", ['{"channels": 100000}', '{"scales": 2.5}', '{"alignment": 3}', "[]"])
def test_a_file_that_lies_about_its_network_is_refused(tmp_path, settings):
    path = tmp_path / "sta.safetensors"
    write_weights(path, {"sta.a": torch.zeros(1)}, {"network": KIND, "settings": settings})
    with pytest.raises(WeightsError, match="does not say what network"):
        read_sta(path, torch.device("cpu"))


def test_weights_of_another_size_are_refused(tmp_path):
    path, other = tmp_path / "sta.safetensors", open_sta(StaSettings(channels=5, affine=4, spatial=2), 0)
    write_weights(path, TrainedSta(other, None).state_dict(), about_network(KIND, SETTINGS))
    with pytest.raises(WeightsError, match="another network"):
        read_sta(path, torch.device("cpu"))


def test_another_network_is_refused(tmp_path):
    path = tmp_path / "other.safetensors"
    write_weights(path, {"a": torch.zeros(1)}, {"network": "painter", "settings": "{}"})
    with pytest.raises(WeightsError, match="holds no STA-Net"):
        read_sta(path, torch.device("cpu"))
