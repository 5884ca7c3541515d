"""What the panel's buttons do with a job: run, stop, save, submit, load, status."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import bpy

from nodes.shot import Output, Shot
from plugin.blenderhost.colour import with_host_colour
from plugin.blenderhost.compositor import working_space
from plugin.blenderhost.host_job import HostJob
from plugin.blenderhost.properties import read_params
from plugin.blenderhost.result import load_result
from plugin.blenderhost.settings import BLEND_RELATIVE, chosen, command_of, path_here, settings_of, values_of
from plugin.launch import Command, RunState
from vfxlib.errors import PaintoutError

__all__ = ["CLASSES", "host_job", "telling"]

EVERY = 0.2  # seconds between two looks at a run
followed: set[str] = set()  # work folders of what a window follows already


def host_job(context: Any) -> HostJob:
    """What the scene's settings say, in Blender's colour.

    raises  PaintoutError for what cannot be used
    """
    face, shot, params, output = values_of(settings_of(context.scene))
    shot = with_host_colour(shot, working_space(), os.environ)
    return HostJob(face, shot, params, output, command_of(context))


def job_there(context: Any) -> HostJob:
    """What runs, or was made, at the output: no other setting need be right, for it is not run.

    raises  UsageError for an output that cannot be used
    """
    settings = settings_of(context.scene)
    output = read_params(Output, settings.output, None, path_here)
    return HostJob(chosen(settings), Shot(), chosen(settings).params(), output, Command((), "nothing is run"))


@contextmanager
def telling(operator: Any) -> Iterator[None]:
    """What goes wrong inside is shown in words, and ends there."""
    try:
        yield
    except PaintoutError as error:
        operator.report({"ERROR"}, str(error))


class PaintoutRun(bpy.types.Operator):
    """Run it in a process of its own, or follow the run of it that goes on already; Esc stops it, and it can go on."""

    bl_idname = "paintout.run"
    bl_label = "Run here"

    def execute(self, context: Any) -> set[str]:
        """Run it, and wait for its end."""
        with telling(self):
            job = host_job(context)
            job.start()
            while job.tick():
                time.sleep(EVERY)
            return _ended(self, context.scene, job)
        return {"CANCELLED"}

    def invoke(self, context: Any, event: Any) -> set[str]:
        """Run it, and leave Blender free meanwhile."""
        with telling(self):
            self.job, self.scene_name = host_job(context), context.scene.name
            self.key = str(self.job.work)
            if self.key in followed:
                self.report({"INFO"}, "It runs already")
                return {"CANCELLED"}
            self.job.start()
            followed.add(self.key)
            manager = context.window_manager
            self.timer = manager.event_timer_add(EVERY, window=context.window)
            manager.modal_handler_add(self)
            manager.progress_begin(0.0, 1.0)
            _show(context, self.job, True)
            return {"RUNNING_MODAL"}
        return {"CANCELLED"}

    def modal(self, context: Any, event: Any) -> set[str]:
        """Look at it each time the timer ticks."""
        if event.type == "ESC" and event.value == "PRESS":
            self.job.stop()
            return {"RUNNING_MODAL"}
        if event.type != "TIMER":
            return {"PASS_THROUGH"}
        going = self.job.tick()
        context.window_manager.progress_update(self.job.share)
        _show(context, self.job, going)
        if going:
            return {"PASS_THROUGH"}
        self.cancel(context)
        return self._end(context)

    def _end(self, context: Any) -> set[str]:
        with telling(self):
            return _ended(self, bpy.data.scenes.get(self.scene_name), self.job)
        return {"CANCELLED"}

    def cancel(self, context: Any) -> None:
        """Follow it no longer: it has ended, or Blender closes, and then it goes on alone."""
        followed.discard(self.key)
        context.window_manager.event_timer_remove(self.timer)
        context.window_manager.progress_end()


def _show(context: Any, job: HostJob, going: bool) -> None:
    live = context.window_manager.paintout
    live.running, live.share, live.words = going, job.share, job.words
    for window in context.window_manager.windows:
        for area in window.screen.areas:
            if area.type in ("NODE_EDITOR", "CLIP_EDITOR"):
                area.tag_redraw()


def _ended(operator: Any, scene: Any, job: HostJob) -> set[str]:
    """Tell how a run ended, and show its result."""
    error = job.error()
    if error is not None:
        raise error
    assert job.run is not None
    if job.run.state is RunState.STOPPED:
        operator.report({"WARNING"}, f"Paintout {RunState.STOPPED.value}")
        return {"CANCELLED"}
    if scene is not None:
        settings = settings_of(scene)
        settings.status = "\n".join(job.told)
        if settings.load:
            load_result(scene, job.output.out, job.job_file, settings.shift)
    operator.report({"INFO"}, f"Done: {job.output.out}")
    return {"FINISHED"}


class PaintoutStop(bpy.types.Operator):
    """Stop the run, also one that an earlier session started; run it again and it goes on where it was."""

    bl_idname = "paintout.stop"
    bl_label = "Stop"

    def execute(self, context: Any) -> set[str]:
        """Ask it to stop."""
        with telling(self):
            going = job_there(context).stop()
            self.report({"INFO"}, "It stops" if going else "Nothing runs")
            return {"FINISHED"} if going else {"CANCELLED"}
        return {"CANCELLED"}


class PaintoutSave(bpy.types.Operator):
    """Write the job as a file, for a farm or a shell, and run nothing."""

    bl_idname = "paintout.save_job"
    bl_label = "Save job"
    __annotations__ = {
        "filepath": bpy.props.StringProperty(subtype="FILE_PATH", options=BLEND_RELATIVE),
        "filter_glob": bpy.props.StringProperty(default="*.json", options={"HIDDEN"}),
    }

    def invoke(self, context: Any, event: Any) -> set[str]:
        """Ask for the file."""
        with telling(self):
            job = host_job(context)
            self.filepath = str(job.beside / f"{job.name}.json")
            context.window_manager.fileselect_add(self)
            return {"RUNNING_MODAL"}
        return {"CANCELLED"}

    def execute(self, context: Any) -> set[str]:
        """Write it."""
        with telling(self):
            job = host_job(context)
            path = Path(path_here(self.filepath)) if self.filepath else job.beside / f"{job.name}.json"
            job.save(path)
            self.report({"INFO"}, f"Saved: {path}")
            return {"FINISHED"}
        return {"CANCELLED"}


class PaintoutSubmit(bpy.types.Operator):
    """Write what the chosen farm takes; nothing is sent, docs/farm.md says how to hand it over."""

    bl_idname = "paintout.submit"
    bl_label = "Submit to farm"

    def execute(self, context: Any) -> set[str]:
        """Save the job, and make the farm's bundle of it."""
        with telling(self):
            job, settings = host_job(context), settings_of(context.scene)
            bundle = Path(path_here(settings.bundle)) if settings.bundle else job.beside / f"{job.name}.farm"
            job.submit(settings.engine, bundle)
            self.report({"INFO"}, f"For the farm: {bundle}")
            return {"FINISHED"}
        return {"CANCELLED"}


class PaintoutLoad(bpy.types.Operator):
    """Show the result in the compositor, as a group with its picture, fill, matte and confidence."""

    bl_idname = "paintout.load_result"
    bl_label = "Load result"
    bl_options = {"UNDO"}  # noqa: RUF012

    def execute(self, context: Any) -> set[str]:
        """Load it, or load it anew."""
        with telling(self):
            job, settings = job_there(context), settings_of(context.scene)
            node = load_result(context.scene, job.output.out, job.job_file, settings.shift)
            self.report({"INFO"}, f"Loaded: {node.label}")
            return {"FINISHED"}
        return {"CANCELLED"}


class PaintoutStatus(bpy.types.Operator):
    """Say what is done, stale or missing of each step; runs nothing."""

    bl_idname = "paintout.status"
    bl_label = "Status"

    def execute(self, context: Any) -> set[str]:
        """Ask the command, and show it in the panel."""
        with telling(self):
            lines = host_job(context).status()
            settings_of(context.scene).status = "\n".join(lines)
            self.report({"INFO"}, lines[-1])
            return {"FINISHED"}
        return {"CANCELLED"}


CLASSES = (PaintoutRun, PaintoutStop, PaintoutSave, PaintoutSubmit, PaintoutLoad, PaintoutStatus)
