"""``paintout train data``: the pack of pictures that networks learn from."""

import argparse
from typing import Any

from plugin.log_file import tell_log
from plugin.options import add_telling, given_path
from plugin.stops import begin_work
from vfxlib.errors import UsageError

__all__ = ["add_train_data", "train_data"]


def add_train_data(words: Any, epilog: str) -> None:
    """Add the word below ``train``.

    words   sub-parsers of ``train``
    epilog  what stands below the help
    """
    word = words.add_parser(
        "data",
        help="Make the pack of pictures that networks learn from.",
        description="Makes a pack of free pictures and textures from packages of Debian, which apt fetches, and of "
        "surfaces made by rule; beside it a table of sources, licences and authors. What is missing is left out and "
        "said. Stopped and started again it goes on.",
        epilog=epilog,
    )
    word.add_argument("--out", metavar="PACK.safetensors", required=True, help="The pack; its table is PACK.md.")
    word.add_argument("--small", action="store_true", help="A pack below 40 MB instead of some 350 MB.")
    word.add_argument(
        "--pictures",
        metavar="DIR",
        action="append",
        default=[],
        help="A folder of pictures of your own, EXR or any other, that are taken too; may be given again.",
    )
    word.add_argument("--licence", metavar="WORDS", help="With --pictures: under which they may be used.")
    word.add_argument("--author", metavar="WORDS", help="With --pictures: whose they are.")
    add_telling(word)
    word.set_defaults(call=train_data, answers=False)


def train_data(values: argparse.Namespace) -> int:
    """``paintout train data``: the pack."""
    out, folders = given_path(values.out, "--out"), [given_path(each, "--pictures") for each in values.pictures]
    for name in ("licence", "author"):
        _check_words(f"--{name}", getattr(values, name), wanted=bool(folders))

    from vfxlib.progress import open_progress
    from vfxlib.training_pack.make import LARGE, SMALL, make_pack
    from vfxlib.training_pack.own import OwnPictures

    begin_work()
    progress = open_progress(values.progress, log=tell_log)
    own = tuple(OwnPictures(folder, values.licence, values.author) for folder in folders)
    made = make_pack(out, SMALL if values.small else LARGE, progress.message, own=own)
    for path in made.files:
        progress.message(f"{path}")
    progress.message(f"{made.pictures} pictures" + (f", {len(made.missing)} packages left out" if made.missing else ""))
    return 0


def _check_words(option: str, words: str | None, *, wanted: bool) -> None:
    """See that the table can say whose pictures there are, and that nothing is said of none."""
    if wanted and not (words or "").strip():
        fix = f'give {option} WORDS, as in --licence "all rights reserved" --author "our studio"'
        raise UsageError("the table must say whose pictures these are", where=f"--pictures without {option}", fix=fix)
    if words is not None and not wanted:
        raise UsageError("there are no pictures that it is about", where=option, fix="give --pictures DIR")
