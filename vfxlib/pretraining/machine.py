"""What a training ran on, in words for its card."""

import platform
import re
from pathlib import Path

import torch

from vfxlib.io.open_file import open_regular

__all__ = ["machine_name"]

CPU_INFO = Path("/proc/cpuinfo")


def machine_name(device: torch.device) -> str:
    """The device, or the processor and how many threads work on it."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    if device.type != "cpu":
        return f"{device.type} of {platform.machine()}"
    return f"{_processor()}, {torch.get_num_threads()} threads"


def _processor() -> str:
    try:
        with open_regular(CPU_INFO) as file:
            words = file.read(1 << 20).decode(errors="replace")
    except OSError:
        words = ""
    found = re.search(r"^model name\s*:\s*(.+)$", words, re.MULTILINE)
    return found[1].strip() if found else platform.processor() or platform.machine() or "an unknown processor"
