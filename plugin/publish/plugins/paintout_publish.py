"""Paintout's results for pyblish: collected, validated by one plug-in for each promise, and made a version."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from plugin.publish.checks import CHECKS, WARNING, Check
from plugin.publish.pyblish_engine import api
from plugin.publish.session import Session, sessions_of_environment

__all__ = ["SESSIONS", "CollectPaintoutResults", "IntegratePaintoutVersion", "RenderAgain", "validators"]

HOSTS = ["python", "shell", "nuke", "blender"]
TARGETS = ["default", "local", "farm"]
FAMILY = "paintout"
FAMILIES = [FAMILY]
SESSIONS, SESSION, REPORT = "paintout_sessions", "paintoutSession", "paintoutReport"
CONTENTS = 0.1  # behind ValidatorOrder: of the contents of files, as AYON orders them
STEP = 0.001  # from one validator to the next: a window lists them in the order of the checks, not by their names


class CollectPaintoutResults(api.ContextPlugin):  # type: ignore[misc]
    """Makes an instance of every job's result: of the sessions in the context, else of $PAINTOUT_PUBLISH."""

    label = "Collect results of Paintout"
    order = api.CollectorOrder
    hosts = HOSTS
    targets = TARGETS

    def process(self, context: Any) -> None:
        """Look every result over."""
        sessions: list[Session] = context.data.get(SESSIONS) or sessions_of_environment()
        for session in sessions:
            report = session.look_over()
            frames = sorted(map(int, report["statuses"]))
            files = [each["path"] for each in report["facts"]]
            folder = Path(files[0]).absolute().parent.name  # tells apart what bears one name
            context.create_instance(
                report["name"],
                label=f"{folder}/{report['name']}, frames {report['frames']}",
                family="render",
                families=["render", "review", FAMILY],
                frameStart=frames[0],
                frameEnd=frames[-1],
                representations=[{"name": "exr", "ext": "exr", "files": files}],
                **{SESSION: session, REPORT: report},
            )


class RenderAgain(api.Action):  # type: ignore[misc]
    """Runs the job, which makes what is missing or stale and nothing else."""

    label = "Render what is missing or stale"
    on = "failed"
    icon = "refresh"

    def process(self, context: Any, plugin: Any) -> None:
        """Run the jobs of the instances that failed."""
        for result in context.data["results"]:
            if result["error"] and result["plugin"] is plugin and result["instance"] is not None:
                result["instance"].data[SESSION].repair()


def _told(found: Sequence[Mapping[str, str]]) -> str:
    """What was found, one line for all of it first: windows show no other until it is clicked."""
    all_in_one = ["; ".join(each["problem"] for each in found)] if len(found) > 1 else []
    return "\n".join([*all_in_one, *(f"{each['problem']}\n  try: {each['fix']}" for each in found)])


def _validator(check: Check, order: float) -> type:
    def process(self: Any, instance: Any) -> None:
        report = instance.data[REPORT]
        found = next(each["findings"] for each in report["checks"] if each["name"] == check.name)
        words = _told(found)
        if found and check.level == WARNING:
            self.log.warning(words)
        elif found:
            raise AssertionError(words)

    values = {
        "__doc__": f"{check.label}.",
        "label": check.label,
        "order": order,
        "families": FAMILIES,
        "hosts": HOSTS,
        "targets": TARGETS,
        "optional": check.level == WARNING,
        "actions": [RenderAgain] if check.repairs else [],
        "process": process,
        "check": check,
    }
    return type(f"ValidatePaintout{check.name.title()}", (api.InstancePlugin,), values)


FIRST = api.ValidatorOrder + CONTENTS
validators = [_validator(check, FIRST + STEP * number) for number, check in enumerate(CHECKS)]
globals().update({each.__name__: each for each in validators})  # where pyblish looks for them


class IntegratePaintoutVersion(api.InstancePlugin):  # type: ignore[misc]
    """Makes the version: frames, manifest, fidelity report, review and thumbnail, all of it or nothing."""

    label = "Make the version"
    order = api.IntegratorOrder
    families = FAMILIES
    hosts = HOSTS
    targets = TARGETS

    def process(self, instance: Any) -> None:
        """Publish the result."""
        instance.data["publishedTo"] = instance.data[SESSION].publish()
