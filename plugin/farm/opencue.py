"""OpenCue: a job as the specification that Cuebot takes, made by OpenCue's own pyoutline."""

import getpass
import os
import re
import shlex

from plugin.farm.farm_job import RETRIES, FarmJob, FarmStep
from vfxlib.errors import UsageError
from vfxlib.io.frames import format_frames

__all__ = ["SPECIFICATION", "opencue_files"]

SPECIFICATION = "job.xml"
EXTRA = "pip install 'paintout[opencue]'"
FRAMES = "#FRAMESPEC#"  # Cuebot puts the frames of a task in its place: 7, 1-10, 1-9x2


def opencue_files(farm: FarmJob) -> dict[str, str]:
    """The files of a bundle, by name.

    Steps wait for whole steps: frames that wait for frames come out wrong where chunks differ. Cuebot runs our command
    as it is, so that workers need none of pyoutline.

    raises  UsageError without the library
    """
    try:
        import outline
        from outline.backend import cue
        from outline.cuerun import OutlineLauncher
        from outline.modules.shell import Shell
    except ImportError as error:
        raise UsageError("pyoutline is not installed", where="--to opencue", fix=EXTRA) from error
    job = outline.Outline(
        _plain(farm.name),
        frame_range=format_frames(farm.job.shot.frames),
        show=os.environ.get("SHOW", "paintout"),
        shot=os.environ.get("SHOT", _plain(farm.out.name) or "shot"),
        user=getpass.getuser(),
    )
    for step in farm.steps:
        job.add_layer(Shell(_plain(step.name), **_layer(farm, step)))
    for step in farm.steps:
        for name in step.waits:
            job.get_layer(_plain(step.name)).depend_all(_plain(name))
    launcher = OutlineLauncher(job)
    launcher.set_flag("maxretries", RETRIES)
    return {SPECIFICATION: str(cue.serialize_simple(launcher)) + "\n"}


def _layer(farm: FarmJob, step: FarmStep) -> dict[str, object]:
    frames = step.task.frames if step.cut else step.task.frames[:1]
    words = ("paintout", *step.task.command(str(farm.path), FRAMES))
    layer: dict[str, object] = {
        "command": [shlex.quote(word) for word in words],
        "range": format_frames(frames),
        "chunk": step.chunk if step.cut else 1,
        "memory": f"{step.mebibytes}m",
    }
    if step.gpu:
        layer["gpus"] = 1
    return layer


def _plain(name: str) -> str:
    """A name of letters, digits, hyphens and underscores, as Cuebot wants it."""
    return re.sub(r"[^A-Za-z0-9-]+", "_", name).strip("_")[:60]
