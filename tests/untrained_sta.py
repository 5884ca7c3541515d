"""A small STA-Net that nobody has trained, in a file of its own for as long as the tests run."""

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path

from vfxlib.io.weights import write_weights
from vfxlib.nets.settings import about_network
from vfxlib.nets.sta import StaSettings, open_sta
from vfxlib.nets.sta_clip import KIND, TrainedSta

__all__ = ["untrained_sta"]


@cache
def untrained_sta() -> Path:
    """The file."""
    folder = Path(tempfile.mkdtemp(prefix="paintout-sta-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path, settings = folder / "sta.safetensors", StaSettings(channels=4, affine=4, spatial=2)
    write_weights(path, TrainedSta(open_sta(settings, 0), None).state_dict(), about_network(KIND, settings))
    return path
