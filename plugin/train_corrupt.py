"""``paintout train corrupt``: damage laid over a plate whose truth is known, to judge what finds and mends it."""

import argparse
from typing import Any

from nodes.corruption import Corrupting
from plugin.log_file import tell_log
from plugin.options import add_options, add_telling, read_options
from plugin.stops import begin_work

__all__ = ["add_train_corrupt", "train_corrupt"]


def add_train_corrupt(words: Any, epilog: str) -> None:
    """Add the word below ``train``.

    words   sub-parsers of ``train``
    epilog  what stands below the help
    """
    word = words.add_parser(
        "corrupt",
        help="Lay scratches, dirt, a logo or drops over a plate, with the mattes that say where.",
        description="Damages a plate that has no damage, so that what finds and mends it can be judged: the plate "
        "with its damage, the mattes, and the truth. Outside the mattes an EXR keeps its bits.",
        epilog=epilog,
    )
    add_options(word, Corrupting, "corruption")
    add_telling(word)
    word.set_defaults(call=train_corrupt, answers=False)


def train_corrupt(values: argparse.Namespace) -> int:
    """``paintout train corrupt``: a plate with damage."""
    given = read_options(Corrupting, values)

    from nodes.engine.corrupt import corrupt_plate
    from vfxlib.progress import open_progress

    begin_work()
    progress = open_progress(values.progress, log=tell_log)
    made = corrupt_plate(given, progress)
    for what, where in (("plate", made.plate), ("matte", made.matte), ("truth", made.truth)):
        progress.message(f"{what}: {where}")
    return 0
