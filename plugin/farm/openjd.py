"""Open Job Description: a job as a template that any of its farms can run, seen through by its own library."""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from nodes.declare import (
    PATHS,
    Choice,
    Control,
    FrameFiles,
    FrameList,
    Integer,
    Number,
    Text,
    Toggle,
    controls,
    is_path,
)
from nodes.job_values import to_words
from nodes.shot import Output
from plugin.farm.farm_job import JOB_FILE, FarmJob, FarmStep
from vfxlib.errors import UsageError
from vfxlib.io.frames import format_frames

__all__ = ["TEMPLATE", "Bundle", "checked_bundle", "openjd_bundle", "run_bundle", "yaml_text"]

TEMPLATE, PARAMETERS = "template.yaml", "parameters.yaml"
EXTENSIONS = ("TASK_CHUNKING", "FEATURE_BUNDLE_1")
EXTRA = "pip install 'paintout[openjd]'"
NOTICE = 30  # seconds between SIGTERM and SIGKILL; a stop takes three
ONE_STEP = {  # a template in which nothing can be wrong but its name
    "specificationVersion": "jobtemplate-2023-09",
    "name": "job",
    "steps": [{"name": "step", "script": {"actions": {"onRun": {"command": "paintout"}}}}],
}
RESULT = ("out", "work", "memory", "threads")  # of the output, what a farm may want to change


@dataclass(frozen=True)
class Bundle:
    """What an engine takes.

    template    the job as a template
    parameters  values of parameters whose defaults a template may not hold: whole paths
    """

    template: Mapping[str, Any]
    parameters: Mapping[str, str]

    def files(self) -> dict[str, str]:
        """The files of a bundle for the engine's own command, by name."""
        return {TEMPLATE: yaml_text(self.template), PARAMETERS: yaml_text(self.parameters)}


def openjd_bundle(farm: FarmJob) -> Bundle:
    """The job as a template: a step for each of ours, whose tasks run the same command as a shell would.

    What the nodes declare are parameters of the job, with their labels and limits; what is changed there goes to every
    task by ``--set``. Paths are parameters too, so that a farm can map them.
    """
    values = dict(_values(farm))
    paths = {each["name"]: each.pop("default") for each in values.values() if each["type"] == "PATH"}
    sets = [f"{address}={{{{Param.{each['name']}}}}}" for address, each in values.items()]
    made = {
        "specificationVersion": ONE_STEP["specificationVersion"],
        "extensions": list(EXTENSIONS),
        "name": farm.name,
        "parameterDefinitions": [
            _path("JobFile", JOB_FILE, "FILE", "IN", "Job file", "The job as it was submitted.", "Job"),
            {
                "name": "Paintout",
                "type": "STRING",
                "default": "paintout",
                "minLength": 1,
                "description": "The command on a worker.",
                "userInterface": {"control": "LINE_EDIT", "label": "Command", "groupLabel": "Job"},
            },
            *(_chunk(step) for step in farm.steps if step.cut),
            *values.values(),
        ],
        "steps": [_step(step, sets) for step in farm.steps],
    }
    return Bundle(made, paths)


def checked_bundle(farm: FarmJob, folder: Path) -> Bundle:
    """The bundle, after the library has made a job of it.

    folder  it will lie in
    raises  UsageError without the library, and for what it refuses
    """
    try:
        from openjd.model import create_job, preprocess_job_parameters
    except ImportError as error:
        raise UsageError("openjd-model is not installed", where="--to openjd", fix=EXTRA) from error
    made = openjd_bundle(farm)
    try:
        _decoded(json.dumps({**ONE_STEP, "name": farm.name}))
        decoded = _decoded(json.dumps({**made.template, "name": "job"}))
        given = preprocess_job_parameters(
            job_template=decoded,
            job_parameter_values=dict(made.parameters),
            job_template_dir=folder.resolve(),
            current_working_dir=Path.cwd(),
        )
        create_job(job_template=decoded, job_parameter_values=given)
    except ValueError as error:  # of which its own errors are kinds
        raise UsageError(f"cannot be made a farm job ({error})", where="--to openjd", fix="report it") from error
    return made


@cache
def _decoded(template: str) -> Any:
    """A template in the library's own form; that of many shots is often the same, and is seen through once."""
    from openjd.model import decode_job_template

    return decode_job_template(template=json.loads(template), supported_extensions=EXTENSIONS)


def yaml_text(values: Mapping[str, Any]) -> str:
    """Plain values as YAML."""
    import yaml

    quick = getattr(yaml, "CSafeDumper", yaml.SafeDumper)  # in C, where the library was built with it
    return str(yaml.dump(dict(values), Dumper=quick, sort_keys=False, allow_unicode=True, width=120))


def run_bundle(folder: Path) -> int:
    """Run a bundle on this machine by the engine's own command; its exit code.

    raises  UsageError without the command
    """
    beside = Path(sys.executable).parent
    engine, own = beside / "openjd", beside / "paintout"
    if not engine.exists():
        raise UsageError("openjd-cli is not installed", where="--run", fix=EXTRA)
    words = [str(engine), "run", str(folder / TEMPLATE), "-p", f"file://{folder / PARAMETERS}"]
    with subprocess.Popen([*words, "-p", f"Paintout={own}"] if own.exists() else words) as process:
        try:
            return process.wait()
        except BaseException:  # a stop: it stops its task, which leaves all whole, and ends
            process.terminate()
            process.wait()
            raise


def _step(step: FarmStep, values: list[str]) -> dict[str, Any]:
    words = step.task.command("{{Param.JobFile}}", "{{Task.Param.Frame}}")
    sets = [word for each in values for word in ("--set", each)]
    action = {
        "command": "{{Param.Paintout}}",
        "args": [*words, *sets],
        "timeout": int(step.timeout),
        "cancelation": {"mode": "NOTIFY_THEN_TERMINATE", "notifyPeriodInSeconds": NOTICE},
    }
    made: dict[str, Any] = {"name": step.name, "description": step.task.step.help}
    if step.waits:
        made["dependencies"] = [{"dependsOn": name} for name in step.waits]
    made["hostRequirements"] = {"amounts": _amounts(step)}
    if step.cut:
        made["parameterSpace"] = {"taskParameterDefinitions": [_frames(step)]}
    return {**made, "script": {"actions": {"onRun": action}}}


def _amounts(step: FarmStep) -> list[dict[str, Any]]:
    amounts: list[dict[str, Any]] = [{"name": "amount.worker.memory", "min": step.mebibytes}]
    if step.gpu:
        amounts.append({"name": "amount.worker.gpu", "min": 1})
    return amounts


def _frames(step: FarmStep) -> dict[str, Any]:
    return {
        "name": "Frame",
        "type": "CHUNK[INT]",
        "range": format_frames(step.task.frames).replace("x", ":"),
        "chunks": {
            "defaultTaskCount": f"{{{{Param.{_chunk_name(step)}}}}}",
            "rangeConstraint": "CONTIGUOUS" if step.whole else "NONCONTIGUOUS",
        },
    }


def _chunk(step: FarmStep) -> dict[str, Any]:
    return {
        "name": _chunk_name(step),
        "type": "INT",
        "default": step.chunk,
        "minValue": 1,
        "maxValue": len(step.task.frames),
        "description": f"Most frames in a task of {step.name}; changes no pixel.",
        "userInterface": {"control": "SPIN_BOX", "label": f"Frames a task, {step.name}"[:64], "groupLabel": "Tasks"},
    }


def _chunk_name(step: FarmStep) -> str:
    return f"Frames{_camel(step.name.replace('/', '-'))}"


def _values(farm: FarmJob) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each value that may be changed: how --set calls it, and its definition."""
    job = farm.job
    for name, control in controls(job.shot).items():
        value = getattr(job.shot, name)
        if isinstance(control, FrameFiles) or is_path(control, value):
            yield from _value("shot", "Shot", "Shot", name, control, value)
    for name in RESULT:
        yield from _value("output", "Output", "Result", name, controls(Output)[name], getattr(job.output, name))
    for each in job.nodes:
        for name, control in controls(each.params).items():
            value = getattr(each.params, name)
            yield from _value(each.name, _camel(each.name), each.node.label, name, control, value)


def _value(
    part: str, prefix: str, group: str, name: str, control: Control, value: Any
) -> Iterator[tuple[str, dict[str, Any]]]:
    address, own = f"{part}.{name}", f"{prefix}{_camel(name)}"
    if isinstance(control, FrameFiles):
        for number, file in value:
            label = f"{control.label} {number}"
            given = _path(f"{own}{_spelt(number)}", file, "FILE", "IN", label, control.help, group)
            yield f"{address}={number}", given
        return
    if isinstance(control, Text) and control.what in PATHS:
        if is_path(control, value):  # one that is not given can be named nowhere but in the job
            kind = "DIRECTORY" if control.what == "DIR" else "FILE"
            flow = _flow(control, "OUT" if part == "output" else "IN")
            yield address, _path(own, value, kind, flow, control.label, control.help, group)
        return
    shown = {"label": control.label[:64], "groupLabel": group}
    yield address, {"name": own, **_typed(control, value, shown), "description": control.help}


def _typed(control: Control, value: Any, shown: dict[str, Any]) -> dict[str, Any]:
    match control:
        case Number(hard=(low, high)) if value is not None:
            typed = {"type": "FLOAT", "default": value, "minValue": low, "maxValue": high}
            return {**typed, "userInterface": {"control": "SPIN_BOX", **shown}}
        case Integer(hard=(first, last)):
            typed = {"type": "INT", "default": value, "minValue": first, "maxValue": last}
            return {**typed, "userInterface": {"control": "SPIN_BOX", **shown}}
        case Toggle():
            typed = {"type": "STRING", "default": to_words(control, value), "allowedValues": ["true", "false"]}
            return {**typed, "userInterface": {"control": "CHECK_BOX", **shown}}
        case Choice(options=options):
            typed = {"type": "STRING", "default": value, "allowedValues": list(options)}
            return {**typed, "userInterface": {"control": "DROPDOWN_LIST", **shown}}
        case FrameList():
            value = format_frames(value)
        case _:  # a text, and a number that waits for the picture's height
            value = to_words(control, value)
    return {"type": "STRING", "default": value, "userInterface": {"control": "LINE_EDIT", **shown}}


def _path(name: str, value: str, kind: str, flow: str, label: str, help: str, group: str) -> dict[str, Any]:
    chosen = {"DIRECTORY": "CHOOSE_DIRECTORY", "FILE": "CHOOSE_OUTPUT_FILE" if flow == "OUT" else "CHOOSE_INPUT_FILE"}
    return {
        "name": name,
        "type": "PATH",
        "objectType": kind,
        "dataFlow": flow,
        "default": value,
        "description": help,
        "userInterface": {"control": chosen[kind], "label": label[:64], "groupLabel": group},
    }


def _flow(control: Control, way: str) -> str:
    """Which way a path's file goes; the name of a sequence is no file, though it is mapped like one."""
    return "NONE" if isinstance(control, Text) and control.what == "SEQ" else way


def _camel(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.replace("_", "-").split("-"))


def _spelt(number: int) -> str:
    return f"{number}" if number >= 0 else f"Minus{-number}"
