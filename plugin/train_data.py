"""``paintout train data``: the pack of pictures that networks learn from."""

from plugin.log_file import tell_log
from plugin.options import given_path
from plugin.stops import begin_work

__all__ = ["DATA", "train_data"]

DATA = "data"  # what stands in the place of a network's name


def train_data(out: str, small: bool, mode: str) -> int:
    """``paintout train data``: the pack.

    out    the pack's name, as given
    small  True for a pack below 40 MB
    mode   how progress is told
    """
    path = given_path(out, "--out")

    from vfxlib.progress import open_progress
    from vfxlib.training_pack.make import LARGE, SMALL, make_pack

    begin_work()
    progress = open_progress(mode, log=tell_log)
    made = make_pack(path, SMALL if small else LARGE, progress.message)
    for file in made.files:
        progress.message(f"{file}")
    progress.message(f"{made.pictures} pictures" + (f", {len(made.missing)} packages left out" if made.missing else ""))
    return 0
