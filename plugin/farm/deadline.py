"""Thinkbox Deadline 10: two text files a step for its CommandLine plug-in, and a script that submits them in order."""

from pathlib import Path

from plugin.farm import deadline_submit
from plugin.farm.farm_job import FarmJob, FarmStep
from vfxlib.errors import UsageError
from vfxlib.io.frames import format_frames

__all__ = ["deadline_files"]

QUOTE = "<QUOTE>"  # Deadline puts a quotation mark in its place
CHUNK = "<STARTFRAME>-<ENDFRAME>"
PRIORITY = 50


def deadline_files(farm: FarmJob) -> dict[str, str]:
    """The files of a bundle, by name: 01_STEP.job and 01_STEP.plugin of each step, in the order of the work.

    Every step is a job of its own. ``submit.py`` hands them to deadlinecommand, and writes which waits for which: what
    they are called is known only then.

    raises  UsageError for a name that its command line cannot hold
    """
    if '"' in str(farm.path):
        raise UsageError("a quotation mark ends a name for Deadline", where=farm.path, fix="choose another --bundle")
    names = {
        step.name: f"{number:02d}_{step.name.replace('/', '_')}" for number, step in enumerate(farm.steps, start=1)
    }
    files: dict[str, str] = {}
    for step in farm.steps:
        waits = [names[name] for name in step.waits]
        files[f"{names[step.name]}.job"] = _text({**_job(farm, step), deadline_submit.WAITS: ",".join(waits)})
        files[f"{names[step.name]}.plugin"] = _text(_plugin(farm, step))
    files["submit.py"] = Path(deadline_submit.__file__).read_text(encoding="utf-8")
    return files


def _job(farm: FarmJob, step: FarmStep) -> dict[str, object]:
    out = Path(farm.job.output.out)
    return {
        "Plugin": "CommandLine",
        "Name": f"{farm.name} - {step.name}",
        "BatchName": farm.name,
        "Frames": format_frames(step.task.frames) if step.cut else step.task.frames[0],
        # a task is told its first and last frame: of frames with gaps it is one frame
        "ChunkSize": step.chunk if step.cut and step.whole else 1,
        "Priority": PRIORITY,
        "TaskTimeoutMinutes": round(step.timeout / 60),
        "OnTaskTimeout": "Error",
        "ResumeOnCompleteDependencies": "True",
        "OutputDirectory0": out.parent,
        "OutputFilename0": out.name,
        "ExtraInfoKeyValue0": f"step={step.name}",
        "ExtraInfoKeyValue1": f"memory={step.mebibytes} MiB",
        "ExtraInfoKeyValue2": f"gpu={step.gpu}",
    }


def _plugin(farm: FarmJob, step: FarmStep) -> dict[str, object]:
    words = step.task.command(f"{QUOTE}{farm.path}{QUOTE}", CHUNK)
    return {
        "Executable": "paintout",
        "Arguments": " ".join(words),
        "StartupDirectory": "",
        "Shell": "default",
        "ShellExecute": "False",
        "SingleFramesOnly": "False",  # or a chunk is run frame by frame, and the model loaded for each
    }


def _text(values: dict[str, object]) -> str:
    return "".join(f"{name}={value}\n" for name, value in values.items())
