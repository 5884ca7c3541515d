"""``paintout``: the command. Parsing and the last word on errors; what the words do is in commands.py."""

import argparse
import contextlib
import difflib
import logging
import sys
import traceback
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from nodes import RECIPES, all_nodes
from nodes.names import shown
from nodes.node import Node
from nodes.recipes import Recipe
from nodes.shot import Output, Shot, shot_fields
from plugin import commands
from plugin.completion import SHELLS, completion
from plugin.farm.engines import ENGINES
from plugin.log_file import close_log, log_is_open, open_log, tell_log
from plugin.options import NEGATIVE, add_options, add_telling, given_path
from plugin.publish.command import publish
from plugin.publish.version_folder import TEMPLATE
from plugin.review import add_review
from plugin.stops import INTERRUPTED, STOPPED, Stops
from plugin.submit import submit
from plugin.train import add_train
from plugin.verdict import CHECKED
from plugin.version import versions
from vfxlib.errors import OutputError, PaintoutError, Stopped, UsageError
from vfxlib.io.os_errors import SPACE, as_paintout_error, reason
from vfxlib.streams import as_listener, listening

__all__ = ["command", "main", "parser"]

NAME = "paintout"
EXITS = "exit codes: 0 done, 1 failed, 2 wrong use or bad input, 75 stopped by SIGTERM and resumable, 130 Ctrl-C"


class _Parser(argparse.ArgumentParser):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._negative_number_matcher = NEGATIVE
        self.strict = True  # what it does not know is an error

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """As of the parser that it is; a word's own parser knows best what was meant by what it does not know."""
        values, strange = super().parse_known_args(args, namespace)
        if strange and self.strict:
            word = strange[0].partition("=")[0]
            near = difflib.get_close_matches(word, self._option_string_actions, 1) if word.startswith("-") else []
            problem = f"there is no option {shown(word)}" if word.startswith("-") else f"{shown(word)} is one too many"
            raise UsageError(problem, where=self._where, fix=f"write {near[0]}" if near else f"{self.prog} --help")
        return values, strange

    @property
    def _where(self) -> str:
        return "" if self.prog == NAME else self.prog  # every error begins with it

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, where=self._where, fix=f"{self.prog} --help")


class _Version(argparse.Action):
    """Asks the libraries for their versions only when somebody wants to know."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(versions())
        parser.exit(0)


def parser() -> argparse.ArgumentParser:
    """The whole command line, made from the declarations."""
    top = _Parser(
        prog=NAME,
        description="Removes things from shots: a plate and a matte in, a layered clean plate out.",
        epilog=EXITS,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="Tell what a bug report needs to know.")
    top.add_argument("--debug", action="store_true", help="Show the traceback of an error.")
    words = top.add_subparsers(title="commands", dest="word", metavar="COMMAND", parser_class=_Parser)

    listing = words.add_parser("nodes", help="What exists.", description="Lists the nodes and their steps.")
    listing.add_argument("--json", action="store_true", help="Every declaration as one JSON document.")
    listing.set_defaults(call=commands.list_nodes, answers=True)

    faces: tuple[Node | Recipe, ...] = (*all_nodes(), *RECIPES)
    for node in faces:
        word = words.add_parser(node.name, help=node.help, description=node.help, epilog=EXITS)
        add_options(word, Shot, "shot", shot_fields(node))
        add_options(word, node.params, node.label)
        add_options(word, Output, "result")
        _add_running(word)
        if isinstance(node, Node) and node.fillers:
            joined, more = ",".join(node.fillers), "".join(f", or {name}" for name in node.other_fillers)
            made_by = f"What makes the fill if none is given{more}. [{joined}]"
            word.add_argument("--filler", metavar="NODES", help=made_by)
        word.add_argument("--save", metavar="JOB.json", help="Write the job file and do not run it.")
        word.set_defaults(call=commands.run_node, answers=False, node=node)

    running = words.add_parser(
        "run", help="Run a job file, or a part of it.", description="Runs a job file, or a part of it.", epilog=EXITS
    )
    running.add_argument("job", metavar="JOB.json", help="As --save or any run writes it.")
    running.add_argument("--step", metavar="NODE/STEP", help="Run this step only.")
    running.add_argument("--frames", metavar="LIST", help="Only these frames of the job; changes no pixel.")
    running.add_argument(
        "--set",
        metavar="PART.NAME=VALUE",
        action="append",
        default=[],
        help="Another value than the job's: of a node by its name, of shot or output; may be repeated.",
    )
    running.add_argument(
        "--patience",
        metavar="SECONDS",
        type=float,
        default=0.0,
        help="How long to wait for files of earlier steps that a file server shows late. [0]",
    )
    _add_running(running)
    running.set_defaults(call=commands.run_job, answers=False)

    submitting = words.add_parser(
        "submit",
        help="Hand a job to a render farm.",
        description="Writes what a render farm takes: a bundle with the job in it, checked by the farm's own library.",
        epilog=EXITS,
    )
    submitting.add_argument(
        "job",
        metavar="JOB.json",
        help="As --save or any run writes it; SHOTS.csv, whose columns are named like options; or an edit, EDIT.otio.",
    )
    submitting.add_argument("--to", choices=ENGINES, required=True, help="The farm's engine.")
    submitting.add_argument("--bundle", metavar="DIR", required=True, help="The folder that is written.")
    submitting.add_argument(
        "--chunk", metavar="N", type=int, default=0, help="Most frames in a task; 0 chooses by what a step costs. [0]"
    )
    submitting.add_argument(
        "--recipe", metavar="NAME", default="", help="What runs on the shots of a table. [clean-plate]"
    )
    submitting.add_argument(
        "--column",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="A column more for all shots; {name} is the shot's; may be repeated: out=clean/{name}/clean.####.exr",
    )
    submitting.add_argument("--run", action="store_true", help="Run it on this machine as well.")
    submitting.set_defaults(call=submit, answers=False)

    telling = words.add_parser(
        "status",
        help="What of a job is done.",
        description="Tells what of every step is done, stale, foreign, failed or missing; runs nothing.",
        epilog="exit codes: 0 all done, 1 not, 2 wrong use or bad input",
    )
    telling.add_argument("job", metavar="JOB.json", help="The job; every run writes it into its work folder.")
    telling.add_argument("--json", action="store_true", help="One JSON document.")
    telling.add_argument(
        "--watch",
        metavar="SECONDS",
        type=float,
        nargs="?",
        const=10.0,
        help="Tell it again every so many seconds until all is done. [10]",
    )
    telling.set_defaults(call=commands.status, answers=True)

    cleaning = words.add_parser(
        "clean",
        help="Free the disk of what a finished job needs no more.",
        description="Removes frames of earlier steps once the result is done, never what somebody else has put there, "
        "nor weights and indices. The job counts as done afterwards; if it is changed, what is needed is made again.",
        epilog="exit codes: 0 done, or nothing to do; 2 wrong use or bad input",
    )
    cleaning.add_argument("job", metavar="JOB.json", help="The job; every run writes it into its work folder.")
    cleaning.add_argument(
        "--older", metavar="DAYS", type=float, default=0.0, help="Only what was written so many days ago. [0]"
    )
    cleaning.add_argument("--dry-run", action="store_true", help="Say what would be removed, and remove nothing.")
    cleaning.set_defaults(call=commands.clean, answers=True)

    checking = words.add_parser(
        "check",
        help="What a sequence holds; how much of a shot's hole can be copied.",
        description="Tells frames, gaps, channels, windows, colour and NaN of a sequence. Of a job, or a plate and a "
        "matte, it tells within seconds what share of what must go other frames show, which frames are best painted by "
        "hand, and whether the matte seems to be a frame early or late.",
        epilog="exit codes: 0 fit, or a verdict, whatever it is; 1 an unfit sequence; 2 unreadable, or what the job "
        "would refuse",
    )
    checking.add_argument("sequence", metavar="SEQ", nargs="?", help="A sequence, a folder, a movie, or JOB.json.")
    add_options(checking, Shot, "shot", CHECKED)
    checking.add_argument(
        "--heat-map", metavar="DIR", help="Write heat_map.png there: which places of the hole no other frame shows."
    )
    checking.add_argument("--json", action="store_true", help="One JSON document.")
    checking.set_defaults(call=commands.check, answers=True)

    judging = words.add_parser(
        "score", help="Judge a result by known truth.", description="Judges a result by known truth, in the hole only."
    )
    for name, must, words_of_help in (
        ("result", True, "The clean plate."),
        ("truth", True, "The same frames without the object."),
        ("matte", True, "What was removed; the hole is where it is above 0.02."),
        ("plate", False, "The plate, to count pixels changed outside the matte."),
    ):
        judging.add_argument(f"--{name}", metavar="SEQ", required=must, help=words_of_help)
    judging.add_argument("--matte-channel", metavar="NAME", help="Channel of the matte file.")
    judging.add_argument("--encoding", choices=("srgb", "log"), default="srgb", help="Values that are compared. [srgb]")
    judging.add_argument("--colorspace", metavar="NAME", help="Space of EXR files that do not say what they hold.")
    judging.add_argument(
        "--ocio", metavar="CONFIG", help="Colour configuration; by default $OCIO, else the studio config."
    )
    judging.add_argument("--json", action="store_true", help="One JSON document.")
    judging.set_defaults(call=commands.score, answers=True)

    add_review(
        words.add_parser(
            "review",
            help="Movies and contact sheet of a result.",
            description="Makes movies, a contact sheet and a page of a result. Movies are H.264 in MP4, with frame "
            "number, shot and version below the picture, and a time code that counts from the first frame's number.",
        )
    )

    _add_publish(words)

    add_train(words, EXITS)

    completing = words.add_parser(
        "completion",
        help="Complete the command's words in a shell.",
        description='Prints a script for the shell: eval "$(paintout completion bash)", for example in ~/.bashrc.',
    )
    completing.add_argument("shell", choices=SHELLS)
    completing.set_defaults(call=partial(completion, top), answers=True)
    return top


def _add_publish(words: "argparse._SubParsersAction[_Parser]") -> None:
    publishing = words.add_parser(
        "publish",
        help="Look a result over and make it a version.",
        description="Looks every frame of a result over (complete, current, the plate's bits outside the matte, no "
        "NaN, windows, metadata, layers) and makes it a version: frames, manifest, fidelity report, review and "
        "thumbnail, in a folder that appears whole or not at all and is never written over.",
        epilog="exit codes: 0 published, or nothing against it; 1 something is against it; 2 wrong use or bad input",
    )
    publishing.add_argument("job", metavar="JOB.json", help="The job; every run writes it into its work folder.")
    publishing.add_argument("--root", metavar="DIR", default="", help="Where versions go.")
    publishing.add_argument(
        "--template",
        metavar="PATH",
        default=TEMPLATE,
        help=f"A version's folder below it, of {{name}}, {{shot}} and {{version:03d}}. [{TEMPLATE}]",
    )
    publishing.add_argument("--name", metavar="NAME", default="", help="What the result is called. [as its files are]")
    publishing.add_argument("--shot", metavar="NAME", default="", help="The shot; by default $SHOT.")
    publishing.add_argument("--version", metavar="N", type=int, default=0, help="The version; 0 takes the next. [0]")
    publishing.add_argument("--link", action="store_true", help="Hard links in place of copies, where the disk can.")
    publishing.add_argument("--no-review", action="store_true", help="Make neither movie, page nor thumbnail.")
    publishing.add_argument("--repair", action="store_true", help="Run the job first if frames are missing or stale.")
    publishing.add_argument("--target", choices=("local", "farm"), default="local", help="Where this runs. [local]")
    publishing.add_argument("--lossy", action="store_true", help="Take a result that was packed with loss.")
    publishing.add_argument("--check", action="store_true", help="Only look the result over.")
    publishing.add_argument("--json", action="store_true", help="One JSON document.")
    add_telling(publishing)
    publishing.set_defaults(call=publish, answers=True)


def _add_running(word: argparse.ArgumentParser) -> None:
    group = word.add_argument_group("running")
    group.add_argument("--dry-run", action="store_true", help="Show the tasks and what they take; run nothing.")
    group.add_argument(
        "--progress",
        choices=("auto", "bar", "plain", "json", "none"),
        default="auto",
        help="How to tell progress. [auto]",
    )
    group.add_argument("--log", metavar="FILE", help="Write what happens to a file as well.")


def main(arguments: list[str] | None = None) -> int:
    """Run the command in this process; returns its exit code and never raises.

    Handlers of signals, the standard streams and logging are afterwards as they were before.
    """
    with listening(), Stops() as stops:
        return command(sys.argv[1:] if arguments is None else arguments, stops)


def command(given: list[str], stops: Stops) -> int:
    """Run the command; returns its exit code and never raises.

    given  its arguments
    stops  handle signals already; standard output and error are a ``Listener`` each
    """
    answers = True  # as --help and --version do
    with _warnings_shown():
        try:
            with stops.raising():
                values = parser().parse_args([word for word in given if word != "--debug"])
                if values.word is None:
                    raise UsageError("no command is given", fix=f"{NAME} --help")
                answers = values.answers or any(getattr(values, own, False) for own in ("dry_run", "json"))
                if getattr(values, "log", None) is not None:
                    open_log(given_path(values.log, "--log"))
                code = int(values.call(values))
        except SystemExit as ended:  # --help and --version
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        except (KeyboardInterrupt, Stopped) as stop:
            code = Stopped.exit_code if isinstance(stop, Stopped) else INTERRUPTED
        except Exception as error:  # any but these is a fault of ours: said in one line, with the way to the rest
            code, words = _last_word(error)
            # after a stop it is what compiled code made of it, unless what was to be kept could not be written
            if stops.exit_code is None or isinstance(error, OutputError):
                _say(words, given, "--debug" in given)
        if answers:
            code = _delivered(code, given)
        if stops.exit_code is not None:
            code = stops.exit_code
        if code in (Stopped.exit_code, INTERRUPTED):
            _say(STOPPED, given)
        tell_log(f"exit code {code}")
        close_log()
    sys.stderr.flush()
    return code


def _last_word(error: Exception) -> tuple[int, str]:
    """The exit code that an error makes, and what is said of it."""
    match error:
        case PaintoutError():
            return error.exit_code, str(error)
        case OSError():
            refused = as_paintout_error(error)
            return refused.exit_code, str(refused)
        case MemoryError():
            return 1, "out of memory\n  try: lower --memory or --threads"
        case RecursionError():
            return 2, "what is given is nested too deeply\n  try: look for lists in lists in the files that are named"
    return 1, (
        f"internal error: {type(error).__name__}: {error}\n"
        "  try: --debug shows where; please report it with what --version prints"
    )


def _say(words: str, given: list[str], debug: bool = False) -> None:
    """Say something on standard error, and in the log; in the one that is asked for, if it came to no open one."""
    if not log_is_open():
        with contextlib.suppress(PaintoutError):  # of the log itself, or of arguments that name none
            finder = _Parser(add_help=False, allow_abbrev=False)
            finder.strict = False
            finder.add_argument("--log", type=Path)
            if path := finder.parse_known_args(given)[0].log:
                open_log(path)
    trace = traceback.format_exc() if debug else ""
    print(f"{trace}paintout: {words}", file=sys.stderr, flush=True)
    tell_log(trace + words, logging.ERROR)


def _delivered(code: int, given: list[str]) -> int:
    """The exit code of a command whose answer is what it prints: not 0 if that did not come to anybody."""
    sys.stdout.flush()
    lost = as_listener(sys.stdout).lost
    if lost is None:
        return code
    if not isinstance(lost, BrokenPipeError):  # one that has gone is told by the exit code alone
        _say(f"standard output: cannot be written ({reason(lost)})\n  try: {SPACE}", given)
    return code or 1


@contextlib.contextmanager
def _warnings_shown() -> Iterator[None]:
    """Warnings of the work on standard error; not if whoever runs us here has handlers of their own."""
    root = logging.getLogger()
    if root.handlers:
        yield
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setLevel(logging.WARNING)
    root.addHandler(handler)
    try:
        yield
    finally:
        root.removeHandler(handler)
