"""ST maps count as Nuke does: edges of the display window are 0 and 1, upwards."""

import numpy as np

from vfxlib.image.box import Box
from vfxlib.pipeline.stmap import own_places, stmap_layers


def test_the_map_of_a_frame_onto_itself_has_half_a_pixel_at_every_edge():
    display = Box(0, 0, 8, 4)
    channels = stmap_layers(*own_places(display), display)
    assert list(channels) == ["stmap.R", "stmap.G"]
    assert all(channel.dtype == np.float32 for channel in channels.values())
    assert channels["stmap.R"][0].tolist() == [(x + 0.5) / 8 for x in range(8)]
    assert channels["stmap.G"][:, 0].tolist() == [0.875, 0.625, 0.375, 0.125]


def test_a_data_window_keeps_the_display_window_s_count():
    display = Box(0, 0, 8, 4)
    channels = stmap_layers(*own_places(Box(-2, 1, 3, 3)), display)
    assert channels["stmap.R"][0].tolist() == [-0.1875, -0.0625, 0.0625, 0.1875, 0.3125]
    assert channels["stmap.G"][:, 0].tolist() == [0.625, 0.375]
