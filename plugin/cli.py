"""``paintout``: the command. Parsing and the last word on errors; what the words do is in commands.py."""

import argparse
import contextlib
import logging
import signal
import sys
import traceback
from types import FrameType
from typing import Any, NoReturn

from nodes import all_nodes
from nodes.shot import Output, Shot, shot_fields
from plugin import commands
from plugin.options import NEGATIVE, add_options
from plugin.version import versions
from vfxlib.errors import PaintoutError, Stopped, UsageError

__all__ = ["entry", "main", "parser"]

EXITS = "exit codes: 0 done, 1 failed, 2 wrong use or bad input, 75 stopped by SIGTERM and resumable, 130 Ctrl-C"


class _Parser(argparse.ArgumentParser):
    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self._negative_number_matcher = NEGATIVE

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, where=self.prog, fix=f"{self.prog} --help")


class _Version(argparse.Action):
    """Asks the libraries for their versions only when somebody wants to know."""

    def __call__(self, parser: argparse.ArgumentParser, *_: object) -> None:
        print(versions())
        parser.exit(0)


def parser() -> argparse.ArgumentParser:
    """The whole command line, made from the declarations."""
    top = _Parser(
        prog="paintout",
        description="Removes things from shots: a plate and a matte in, a layered clean plate out.",
        epilog=EXITS,
    )
    top.add_argument("--version", action=_Version, nargs=0, help="Tell what a bug report needs to know.")
    top.add_argument("--debug", action="store_true", help="Show the traceback of an error.")
    words = top.add_subparsers(title="commands", dest="word", metavar="COMMAND", parser_class=_Parser)

    listing = words.add_parser("nodes", help="What exists.", description="Lists the nodes and their steps.")
    listing.add_argument("--json", action="store_true", help="Every declaration as one JSON document.")
    listing.set_defaults(call=commands.list_nodes)

    for node in all_nodes():
        word = words.add_parser(node.name, help=node.help, description=node.help, epilog=EXITS)
        add_options(word, Shot, "shot", shot_fields(node))
        add_options(word, node.params, node.label)
        add_options(word, Output, "result")
        _add_running(word)
        word.add_argument("--save", metavar="JOB.json", help="Write the job file and do not run it.")
        word.set_defaults(call=commands.run_node, node=node)

    running = words.add_parser(
        "run", help="Run a job file, or a part of it.", description="Runs a job file, or a part of it.", epilog=EXITS
    )
    running.add_argument("job", metavar="JOB.json", help="As --save or any run writes it.")
    running.add_argument("--step", metavar="NODE/STEP", help="Run this step only.")
    running.add_argument("--frames", metavar="LIST", help="Only these frames of the job; changes no pixel.")
    _add_running(running)
    running.set_defaults(call=commands.run_job)

    telling = words.add_parser(
        "status",
        help="What of a job is done.",
        description="Tells what of every step is done, stale, foreign, failed or missing; runs nothing.",
        epilog="exit codes: 0 all done, 1 not, 2 wrong use or bad input",
    )
    telling.add_argument("job", metavar="JOB.json", help="The job; every run writes it into its work folder.")
    telling.add_argument("--json", action="store_true", help="One JSON document.")
    telling.set_defaults(call=commands.status)

    checking = words.add_parser(
        "check",
        help="What a sequence holds.",
        description="Tells frames, gaps, channels, windows, colour and NaN of a sequence.",
        epilog="exit codes: 0 fit, 1 unfit, 2 unreadable",
    )
    checking.add_argument("sequence", metavar="SEQ", help="A sequence, a folder or a movie.")
    checking.add_argument("--json", action="store_true", help="One JSON document.")
    checking.set_defaults(call=commands.check)

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
    judging.set_defaults(call=commands.score)

    viewing = words.add_parser(
        "review",
        help="Movie and contact sheet of a result.",
        description="Makes a movie and a contact sheet of a result.",
    )
    viewing.add_argument("job", metavar="JOB.json", help="The job; every run writes it into its work folder.")
    viewing.add_argument("--out", metavar="DIR", required=True, help="Where they go.")
    viewing.add_argument("--title", default="", help="Head of the sheet and the page. [what the job makes]")
    viewing.set_defaults(call=commands.review)
    return top


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
    """Run the command; returns its exit code and never raises."""
    given = sys.argv[1:] if arguments is None else arguments
    debug = "--debug" in given
    logging.basicConfig(format="%(message)s", level=logging.WARNING)
    with contextlib.suppress(ValueError):  # not the main thread: whoever runs us there handles signals
        signal.signal(signal.SIGTERM, _stop)
    try:
        values = parser().parse_args([word for word in given if word != "--debug"])
        if values.word is None:
            raise UsageError("no command is given", where="paintout", fix="paintout --help")
        return int(values.call(values))
    except PaintoutError as error:
        if debug:
            traceback.print_exc()
        print(f"paintout: {error}", file=sys.stderr)
        return error.exit_code
    except (KeyboardInterrupt, Stopped) as stop:
        print("paintout: stopped; start it again and it goes on where it was", file=sys.stderr)
        return Stopped.exit_code if isinstance(stop, Stopped) else 130
    except BrokenPipeError:
        return 1  # the reader of our output has gone
    except MemoryError:
        print("paintout: out of memory\n  try: lower --memory or --threads", file=sys.stderr)
        return 1
    except Exception as error:  # a fault of ours: said in one line, with the way to the rest
        if debug:
            traceback.print_exc()
        print(
            f"paintout: internal error: {type(error).__name__}: {error}\n"
            "  try: --debug shows where; please report it with what --version prints",
            file=sys.stderr,
        )
        return 1


def _stop(number: int, frame: FrameType | None) -> None:
    raise Stopped


def entry() -> NoReturn:
    """The installed command."""
    sys.exit(main())
