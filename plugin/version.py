"""What a bug report needs to know of this installation."""

import platform
import sys

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
    """Paintout, Python, the machine and the libraries, a line each."""
    import importlib.metadata  # here, for nobody else needs it and it takes its time

    lines = [f"paintout {VERSION}", f"python {platform.python_version()} ({sys.executable})", platform.platform()]
    for name in LIBRARIES:
        try:
            lines.append(f"{name} {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            lines.append(f"{name} is not installed")
    return "\n".join(lines)
