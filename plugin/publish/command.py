"""``paintout publish``: a result looked over, and made a version."""

import argparse
import contextlib
import io
import json
import logging
import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nodes.job import load_job
from nodes.names import path_text
from plugin.commands import mended
from plugin.options import given_path
from plugin.publish.checks import WARNING
from plugin.publish.session import Session
from plugin.publish.version_folder import VERSION, new_version, version_name
from plugin.stops import begin_work
from vfxlib.errors import PaintoutError, UsageError

__all__ = ["publish"]

EXTRA = "pip install 'paintout[publish]'"


def publish(values: argparse.Namespace) -> int:
    """Look a result over; unless that is all that is wanted, make it a version by pyblish.

    returns  1 if something stands against it
    """
    if values.check and values.root:
        raise UsageError("nothing is published", where="--check --root", fix="leave one of them out")
    if not values.check and not values.root:
        raise UsageError("no place is given", where="--root", fix="name a folder, or pass --check")
    if values.version < 0:
        raise UsageError(f"{values.version} is no version", where="--version", fix="give 1 or more, or leave it out")
    session = _session(values)
    if values.check:
        report = session.look_over()
        _tell(report, values.json, "")
        return _code(report)
    begin_work()
    context = _published(session, values.target)
    if values.repair and _repaired(context):
        context = _published(session, values.target)
    for result in context.data["results"]:
        error = result["error"]
        ours = result["plugin"].__module__.startswith("plugin.publish")
        if isinstance(error, PaintoutError) or (error is not None and ours and not isinstance(error, AssertionError)):
            raise error
    (instance,) = context
    to = instance.data.get("publishedTo", "")
    report = instance.data["paintoutReport"]
    _tell(report, values.json, to)
    failed = [result for result in context.data["results"] if result["error"]]
    others = [result for result in failed if not hasattr(result["plugin"], "check")]  # a studio's own
    for result in others:
        print(f"FAILED   {result['plugin'].label or result['plugin'].__name__}: {result['error']}", file=sys.stderr)
    return 1 if failed else 0


def _session(values: argparse.Namespace) -> Session:
    from nodes.engine.runner import run
    from plugin.log_file import tell_log
    from plugin.publish.extract import extract_frames, extract_looks, write_manifest
    from plugin.publish.report import Report, look_over
    from vfxlib.io.movie_writer import find_encoder
    from vfxlib.progress import open_progress

    path = given_path(values.job, "JOB.json")
    job = mended(load_job(path))
    progress = open_progress(values.progress, log=tell_log)
    about = {"shot": values.shot or os.environ.get("SHOT", ""), "name": values.name or job.name}
    known = {name: words for name, words in about.items() if words}
    if not values.check:
        if not values.no_review:
            find_encoder()  # before anything is looked over
        root = Path(path_text(values.root, "--root")).absolute()
        place = version_name(root, values.template, known)
    seen: list[Report] = []

    def look() -> Mapping[str, Any]:
        seen[:] = [look_over(job, progress, values.lossy)]
        return seen[0].to_mapping()

    def make() -> str:
        with new_version(place, values.version) as (number, folder):
            files = extract_frames(seen[0], folder, values.link, progress)
            if not values.no_review:
                title = " ".join(filter(None, (known.get("shot", ""), known["name"], f"v{number:03d}")))
                files += extract_looks(seen[0], folder, title)
            write_manifest(seen[0], folder, files, {**known, VERSION: number})
            return str(place.path(number))

    return Session(path, look, make, lambda: run(job, progress))


def _published(session: Session, target: str) -> Any:
    """The context after pyblish has done all that it finds: Paintout's plug-ins, and a studio's own."""
    try:
        from plugin.publish.plugins import paintout_publish as ours
        from plugin.publish.pyblish_engine import api, util
    except ImportError as error:
        raise UsageError("pyblish-base is not installed", where="paintout publish", fix=EXTRA) from error
    own = [ours.CollectPaintoutResults, *ours.validators, ours.IntegratePaintoutVersion]
    names = {each.__name__ for each in own}
    hosts = api.registered_hosts()
    api.register_host("shell")
    log, silent = logging.getLogger("pyblish"), logging.NullHandler()
    log.addHandler(silent)  # it would tell every error once more, with a traceback
    before, log.propagate = log.propagate, False
    try:
        found = [each for each in api.discover() if each.__name__ not in names]
        plugins = sorted([*own, *found], key=lambda each: each.order)
        context = api.Context()
        context.data[ours.SESSIONS] = [session]
        with contextlib.redirect_stdout(io.StringIO()):  # where it prints errors as they come
            return util.publish(context, plugins=plugins, targets=["default", target])
    finally:
        log.removeHandler(silent)
        log.propagate = before
        if "shell" not in hosts:
            api.deregister_host("shell")


def _repairs(result: Mapping[str, Any]) -> bool:
    check = getattr(result["plugin"], "check", None)
    return bool(result["error"] and check is not None and check.repairs)


def _repaired(context: Any) -> bool:
    """Let the plug-ins whose check has failed mend it, if they can; False if there was nothing that they could do."""
    from plugin.publish.plugins.paintout_publish import RenderAgain
    from plugin.publish.pyblish_engine import plugin

    failed = [each for each in context.data["results"] if _repairs(each)]
    for result in failed:
        done = plugin.process(result["plugin"], context, None, action=RenderAgain.id)
        if done["error"]:
            raise done["error"]
    return bool(failed)


def _code(report: Mapping[str, Any]) -> int:
    return int(any(each["findings"] and each["level"] != WARNING for each in report["checks"]))


def _tell(report: Mapping[str, Any], as_json: bool, to: str) -> None:
    if as_json:
        print(json.dumps({**report, "published": to}, indent=2, allow_nan=False))
        return
    for check in report["checks"]:
        word = "ok" if not check["findings"] else "warning" if check["level"] == WARNING else "FAILED"
        print(f"{word:8} {check['label']}")
        for finding in check["findings"]:
            print(f"           {finding['problem']}\n             try: {finding['fix']}")
    fidelity = report["fidelity"]
    print(f"outside the matte: {fidelity['compared']} pixels compared, {fidelity['changed']} changed")
    if to:
        print(to)
