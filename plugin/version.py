"""What a bug report needs to know of this installation."""

import platform
import sys

from nodes.networks import NETWORKS
from vfxlib.io.shipped_weights import shipped_words
from vfxlib.version import VERSION

__all__ = ["versions"]

LIBRARIES = (
    "torch",
    "safetensors",
    "numpy",
    "OpenEXR",
    "OpenImageIO",
    "opencolorio",
    "opencv-python-headless",
    "av",
    "scipy",
)


def versions() -> str:
    """Paintout, Python, the machine, the libraries and the weights that came with it, a line each."""
    import importlib.metadata  # here, for nobody else needs it and it takes its time

    lines = [f"paintout {VERSION}", f"python {platform.python_version()} ({sys.executable})", platform.platform()]
    for name in LIBRARIES:
        try:
            lines.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            lines.append(f"{name} is not installed")
    lines += [shipped_words(network.ships) for network in NETWORKS if network.ships]
    return "\n".join(lines)
