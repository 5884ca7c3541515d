"""Paintout's results for pyblish: collected, validated by one plug-in for each promise, and made a version."""

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
            context.create_instance(
                report["name"],
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


def _validator(check: Check) -> type:
    def process(self: Any, instance: Any) -> None:
        report = instance.data[REPORT]
        found = next(each["findings"] for each in report["checks"] if each["name"] == check.name)
        words = "\n".join(f"{each['problem']}\n  try: {each['fix']}" for each in found)
        if found and check.level == WARNING:
            self.log.warning(words)
        elif found:
            raise AssertionError(words)

    values = {
        "__doc__": f"{check.label}.",
        "label": check.label,
        "order": api.ValidatorOrder + CONTENTS,
        "families": FAMILIES,
        "hosts": HOSTS,
        "targets": TARGETS,
        "optional": check.level == WARNING,
        "actions": [RenderAgain] if check.repairs else [],
        "process": process,
        "check": check,
    }
    return type(f"ValidatePaintout{check.name.title()}", (api.InstancePlugin,), values)


validators = [_validator(check) for check in CHECKS]
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
