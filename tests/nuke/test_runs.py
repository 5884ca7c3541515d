"""Runs are followed while Nuke stays free, outlive it, and are picked up when the script is opened again."""

import stat
import sys
import time

import pytest

SAYS = """
import json, os, signal, sys, time
words = sys.argv[1:]
if "--version" in words:
    print("paintout 9.9.9")
    sys.exit(0)
given = dict(word.split("=", 1) for word in words if word.startswith("--") and "=" in word)
log = open(words[words.index("--log") + 1], "a")
def end(code):
    print("2026-11-26 10:00:00,000 INFO exit code %d" % code, file=log, flush=True)
    sys.exit(code)
signal.signal(signal.SIGTERM, lambda *_: end(75))
def tick(task, done):
    line = {"task": task, "done": done, "total": 4, "seconds": 1, "left": 1, "unit": "frame", "note": ""}
    print(json.dumps(line), file=sys.stderr, flush=True)
for done in range(5):
    tick("flow-inpaint/motion", done)
wait = os.path.join(os.path.dirname(sys.argv[0]), "wait")
while os.path.exists(wait) or os.path.exists(wait + "_right") and "_right" in given["--out"]:
    time.sleep(0.01)
if os.path.exists(os.path.join(os.path.dirname(sys.argv[0]), "refuse")):
    print("paintout: plate: is bad\\n  try: another", file=sys.stderr)
    end(2)
out = given["--out"]
os.makedirs(os.path.dirname(out), exist_ok=True)
for frame in (1, 2, 3):
    open(out.replace("####", "%04d" % frame), "w").write(" ".join(words))
end(0)
"""


@pytest.fixture
def fake_command(script, monkeypatch):
    """A command that ends at once, or waits as long as there is a file "wait"; its folder."""
    folder = script.place.folder / "bin"
    folder.mkdir()
    program = folder / "paintout"
    program.write_text(f"#!{sys.executable}\n{SAYS}")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PAINTOUT", str(program))
    return folder


@pytest.fixture
def node(script, fake_command):
    return script.make("flow-inpaint", script.plate, script.matte)


def results(script, node):
    return script.file.parent / "paintout" / node.name()


def test_a_run_is_told_by_label_and_bar_and_ends_in_the_result(script, nuke, node):
    begin = time.monotonic()
    script.press(node, "run")
    assert time.monotonic() - begin < 5
    script.wait(node, "done v001")
    (task,) = nuke._tasks
    assert task._shares == sorted(task._shares)
    assert node["paintout_state"].value() == "done v001"
    read = node.node("Result")
    assert read["file"].value() == f"{results(script, node)}/v001/{node.name()}.####.exr"
    assert (read["first"].value(), read["last"].value(), read["origfirst"].value()) == (1, 3, 1)
    assert node.node("Shown")["which"].value() == 1


def test_every_finished_run_is_a_version_and_an_unfinished_one_is_gone_on_with(script, nuke, node, fake_command):
    for version in ("v001", "v002"):
        script.press(node, "run")
        script.wait(node, f"done {version}")
    (fake_command / "wait").touch()
    script.press(node, "run")
    script.press(node, "stop")
    script.wait(node, "stopped v003")
    (fake_command / "wait").unlink()
    node["paintout_grow"].setValue(3.0)
    script.press(node, "run")
    script.wait(node, "done v003")
    node["paintout_out"].setValue(f"{results(script, node)}/v001/{node.name()}.####.exr")  # an artist looks back
    script.press(node, "load")
    assert node.node("Result")["file"].value().startswith(f"{results(script, node)}/v001/")
    script.press(node, "run")
    script.wait(node, "done v004")
    assert nuke._said == []


def test_what_lies_there_and_is_nobody_s_run_is_never_written_over(script, node):
    foreign = results(script, node) / "v001" / f"{node.name()}.0002.exr"
    foreign.parent.mkdir(parents=True)
    foreign.write_text("somebody's")
    script.press(node, "run")
    script.wait(node, "done v002")
    assert foreign.read_text() == "somebody's"


def test_the_bar_s_cancel_stops_the_run(script, nuke, node, fake_command):
    (fake_command / "wait").touch()
    script.press(node, "run")
    nuke._tasks[0]._cancelled = True
    script.wait(node, "stopped v001")
    assert nuke._said == []


def test_a_run_outlives_nuke_and_is_picked_up_with_the_script(script, nuke, node, fake_command):
    (fake_command / "wait").touch()
    script.press(node, "run")
    script.save()
    name = node.name()
    nuke.scriptClose()
    from plugin.nukehost import runs

    nuke._pump(lambda: not runs._followed)
    nuke.scriptOpen(str(script.file))
    again = nuke.toNode(name)
    assert again["label"].value() == "running 0 %"
    script.wait(again, "running 2")
    (fake_command / "wait").unlink()
    script.wait(again, "done v001")
    assert again.node("Shown")["which"].value() == 1
    script.save()
    nuke.scriptOpen(str(script.file))
    assert nuke.toNode(name)["label"].value() == "done v001"


def test_a_run_of_a_version_that_the_script_does_not_know_yet_is_picked_up(script, nuke, node, fake_command):
    from plugin.nukehost import runs

    script.press(node, "run")
    script.wait(node, "done v001")
    script.save()
    (fake_command / "wait").touch()
    script.press(node, "run")
    nuke.scriptClose()  # without saving
    nuke._pump(lambda: not runs._followed)
    nuke.scriptOpen(str(script.file))
    again = nuke.root().nodes()[-1]
    assert again["label"].value() == "running 0 %"
    (fake_command / "wait").unlink()
    script.wait(again, "done v002")
    assert again.node("Result")["file"].value().startswith(f"{results(script, again)}/v002/")


def test_every_path_of_a_view_is_its_own(script, nuke, fake_command):
    from plugin.nukehost.views import told_by

    nuke.root()._views = ("left", "right")
    node = script.make("clean-plate", script.plate, key="1=/k/%V.exr", paint="2=/p/%v.exr", ocio="/c/%V.ocio")
    left, right = (view.words for view in told_by(node).views)
    assert {"--key=1=/k/left.exr", "--paint=2=/p/l.exr", "--ocio=/c/left.ocio"} <= set(left)
    assert {"--key=1=/k/right.exr", "--paint=2=/p/r.exr", "--ocio=/c/right.ocio"} <= set(right)


def test_what_changes_no_pixel_makes_nothing_stale(script, nuke, node):
    script.press(node, "run")
    script.wait(node, "done v001")
    node["paintout_memory"].setValue(4.0)
    assert node["label"].value() == "done v001"
    node["paintout_reach"].setValue(4)
    assert node["label"].value().startswith("stale v001")


def test_a_node_that_is_deleted_while_it_runs_is_let_go_of(script, nuke, node, fake_command):
    from plugin.nukehost import runs

    (fake_command / "wait").touch()
    script.press(node, "run")
    work = results(script, node) / f"{node.name()}.work"
    nuke.delete(node)
    (fake_command / "wait").unlink()
    nuke._pump(lambda: not runs._followed)
    from plugin.launch import RunState, pick_up

    assert pick_up(work).state is RunState.DONE


def test_what_the_command_says_when_it_refuses_is_shown(script, nuke, node, fake_command):
    (fake_command / "refuse").touch()
    script.press(node, "run")
    script.wait(node, "refused")
    (said,) = nuke._said
    assert "plate: is bad" in said
    assert node.node("Shown")["which"].value() == 0


@pytest.mark.parametrize("program", ["/no/such/paintout", "true"])
def test_a_command_that_is_not_there_or_not_paintout_is_told_with_how_to_get_it(
    script, nuke, node, monkeypatch, program
):
    monkeypatch.setenv("PAINTOUT", program)
    script.press(node, "run")
    (said,) = nuke._said
    assert "install Paintout" in said
    assert node["label"].value() == ""


def test_the_preference_comes_before_everything_else(script, nuke, node, fake_command, monkeypatch):
    monkeypatch.setenv("PAINTOUT", "/no/such/paintout")
    nuke.toNode("preferences")["paintout_command"].setValue(str(fake_command / "paintout"))
    script.press(node, "run")
    script.wait(node, "done v001")


def test_each_view_is_a_run_of_its_own_one_after_the_other(script, nuke, fake_command):
    nuke.root()._views = ("left", "right")
    script.plate["file"].setValue(f"{script.place.folder}/pl/%V/plate_%v.####.exr")
    node = script.make("flow-inpaint", script.plate, script.matte)
    script.press(node, "run")
    script.wait(node, "done v001")
    assert nuke._said == []
    folder = results(script, node)
    assert sorted(each.name for each in folder.iterdir()) == [
        f"{node.name()}_left.work",
        f"{node.name()}_right.work",
        "v001",
    ]
    for view in ("left", "right"):
        words = (folder / "v001" / f"{node.name()}_{view}.0001.exr").read_text()
        assert f"--plate={script.place.folder}/pl/{view}/plate_{view[0]}.####.exr" in words
    assert node.node("Result")["file"].value() == f"{folder}/v001/{node.name()}_%V.####.exr"
    assert nuke._tasks[0]._shares == sorted(nuke._tasks[0]._shares)


def test_a_stereo_shot_that_was_stopped_goes_on_with_the_view_that_is_not_done(script, nuke, fake_command):
    nuke.root()._views = ("left", "right")
    node = script.make("flow-inpaint", script.plate, script.matte)
    (fake_command / "wait").touch()
    script.press(node, "run")
    script.press(node, "stop")
    script.wait(node, "stopped v001")
    (fake_command / "wait").unlink()
    script.press(node, "run")
    script.wait(node, "done v001")
    node["paintout_views"].setValue("middle")
    script.press(node, "run")
    assert "no view middle" in nuke._said.pop()


def test_a_picked_up_view_that_is_the_last_one_brings_the_result_of_both(script, nuke, fake_command):
    from plugin.nukehost import runs

    nuke.root()._views = ("left", "right")
    node = script.make("flow-inpaint", script.plate, script.matte)
    (fake_command / "wait_right").touch()
    script.press(node, "run")
    right = results(script, node) / f"{node.name()}_right.work" / "host" / "run.json"
    nuke._pump(right.exists)
    script.save()
    nuke.scriptClose()
    nuke._pump(lambda: not runs._followed)
    nuke.scriptOpen(str(script.file))
    again = nuke.root().nodes()[-1]
    (fake_command / "wait_right").unlink()
    script.wait(again, "done v001")
    assert again.node("Shown")["which"].value() == 1


def test_paths_that_are_not_whole_count_from_the_script(script, nuke, node):
    node["paintout_out"].setValue("clean/a.####.exr")
    node["paintout_work"].setValue("scratch")
    script.press(node, "run")
    script.wait(node, "done v001")
    assert (script.file.parent / "clean" / "v001" / "a.0001.exr").is_file()
    assert (script.file.parent / "scratch" / "host" / "run.json").is_file()


def test_a_node_of_another_paintout_is_told_and_breaks_nothing(script, nuke, node):
    node["paintout_face"].setValue("from-the-future")
    node["paintout_grow"].setValue(2.0)
    script.press(node, "run")
    assert "from-the-future" in nuke._said.pop()
    script.save()
    nuke.scriptOpen(str(script.file))
    assert "from-the-future" in nuke._said.pop()


def test_rendered_inputs_are_made_for_each_view(script, nuke, fake_command):
    nuke.root()._views = ("left", "right")
    node = script.make("flow-inpaint", script.plate, script.matte)
    roto = nuke.nodes.NoOp()
    roto.setInput(0, script.matte)
    node.setInput(1, roto)
    script.press(node, "run")
    script.wait(node, "done v001")
    (each,) = nuke._rendered
    assert "_left.inputs/" in each[0]
    assert each[0].endswith("/matte_%V.####.exr")
    assert each[3] == ("left", "right")


def test_without_a_window_a_run_is_followed_to_its_end_at_once(script, nuke, node):
    nuke.GUI = False
    script.press(node, "run")
    assert node["label"].value() == "done v001"
    assert nuke._tasks == []


def test_stop_where_nothing_runs_and_load_where_nothing_is_are_told(script, nuke, node):
    script.press(node, "stop")
    assert "no run of it goes on" in nuke._said.pop()
    count = len(nuke.root().nodes())
    script.press(node, "load")
    assert "no result yet" in nuke._said.pop()
    assert len(nuke.root().nodes()) == count


def test_a_result_of_a_plate_that_nuke_converts_is_converted_alike(script, nuke, node):
    root = nuke.root()
    root["colorManagement"].setValue("OCIO")
    script.plate["colorspace"].setValue("AlexaV3LogC")
    script.press(node, "run")
    script.wait(node, "done v001")
    read = node.node("Result")
    assert (read["raw"].value(), read["colorspace"].value()) == (False, "AlexaV3LogC")


def test_reveal_shows_the_result_s_folder(script, nuke, node, monkeypatch):
    shown = []
    monkeypatch.setattr("subprocess.Popen", lambda words, env: shown.append((words, env)))
    script.press(node, "reveal")
    assert shown[0][0] == ["xdg-open", str(script.file.parent)]
    assert "PYTHONPATH" not in shown[0][1]
