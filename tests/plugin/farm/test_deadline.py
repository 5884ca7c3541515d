"""Thinkbox Deadline 10: its client is not to be had here, so a stand-in takes what the manual says and nothing else."""

import re
import subprocess
import sys

from tests.plugin.farm.conftest import bundle

JOB_KEYS = {  # of the manual's page on manual submission, those that may be used
    *("Plugin", "Name", "BatchName", "Frames", "ChunkSize", "Priority", "TaskTimeoutMinutes", "OnTaskTimeout"),
    *("JobDependencies", "ResumeOnCompleteDependencies", "OutputDirectory0", "OutputFilename0"),
    *("ExtraInfoKeyValue0", "ExtraInfoKeyValue1", "ExtraInfoKeyValue2"),
}
PLUGIN_KEYS = {"Executable", "Arguments", "StartupDirectory", "Shell", "ShellExecute", "SingleFramesOnly"}
STAND_IN = f"""#!{sys.executable}
import sys
seen = open(LOG, "a")
job, plugin = (dict(line.split("=", 1) for line in open(path).read().splitlines()) for path in sys.argv[1:])
assert set(job) <= {JOB_KEYS!r}, set(job)
assert set(plugin) == {PLUGIN_KEYS!r}, set(plugin)
number = sum(1 for _ in open(LOG))
print("Deadline Command\\n\\nResult=Success\\nJobID=id%d" % number)
print(job["Name"].rsplit(" ", 1)[1], job.get("JobDependencies", "-"), job["Frames"], plugin["Arguments"], file=seen)
"""


def values(path):
    return dict(line.split("=", 1) for line in path.read_text().splitlines())


def test_every_step_is_a_job_of_two_files(place):
    folder = bundle(place, "deadline", "job.json", "--chunk", "2")
    steps = ["01_flow-inpaint_motion", "02_flow-inpaint_register", "03_flow-inpaint_complete", "04_flow-inpaint_paint"]
    names = sorted(path.name for path in folder.iterdir())
    assert names == sorted(
        ["job.json", "submit.py", *(f"{s}.{e}" for s in (*steps, "05_flow-inpaint_render") for e in ("job", "plugin"))]
    )
    job, plugin = (values(folder / f"05_flow-inpaint_render.{ending}") for ending in ("job", "plugin"))
    assert (job["Frames"], job["ChunkSize"]) == ("1-3", "2")
    assert plugin["Arguments"] == (
        f"run <QUOTE>{folder / 'job.json'}<QUOTE> --step flow-inpaint/render --patience 20 "
        "--frames=<STARTFRAME>-<ENDFRAME>"
    )
    job, plugin = (values(folder / f"02_flow-inpaint_register.{ending}") for ending in ("job", "plugin"))
    assert (job["Frames"], job["ChunkSize"]) == ("1", "1")
    assert "--frames" not in plugin["Arguments"]


def test_frames_with_gaps_are_tasks_of_one_frame(place):
    assert place.run("--frames", "1,3", "--save", "gaps.json") == 0
    folder = bundle(place, "deadline", "gaps.json")
    job = values(folder / "05_flow-inpaint_render.job")
    assert (job["Frames"], job["ChunkSize"]) == ("1,3", "1")


def submitted(folder, stand_in):
    words = [sys.executable, str(folder / "submit.py"), str(stand_in)]
    return subprocess.run(words, capture_output=True, text=True, timeout=60, check=False)


def test_the_script_submits_in_order_and_tells_each_job_what_it_waits_for(place):
    folder, log, stand_in = bundle(place, "deadline"), place.folder / "log", place.folder / "deadlinecommand"
    stand_in.write_text(STAND_IN.replace("LOG", repr(str(log))))
    stand_in.chmod(0o755)
    done = submitted(folder, stand_in)
    assert done.returncode == 0, done.stderr
    assert re.findall(r"id\d  \S+", done.stdout)[-1] == "id4  05_flow-inpaint_render"
    told = [line.split(" ")[:2] for line in log.read_text().splitlines()]
    assert told == [
        ["flow-inpaint/motion", "-"],
        ["flow-inpaint/register", "id0"],
        ["flow-inpaint/complete", "id0,id1"],
        ["flow-inpaint/paint", "id1,id2"],
        ["flow-inpaint/render", "id1,id2,id3"],
    ]


def test_the_script_stops_at_what_is_not_taken(place):
    folder, stand_in = bundle(place, "deadline"), place.folder / "deadlinecommand"
    stand_in.write_text("#!/bin/sh\necho 'Error: no repository'\nexit 1\n")
    stand_in.chmod(0o755)
    done = submitted(folder, stand_in)
    assert done.returncode == 1
    assert "01_flow-inpaint_motion.job" in done.stderr
    assert "no repository" in done.stderr
