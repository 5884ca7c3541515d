"""A process that warns before it makes its frames."""

import logging
import sys

from nodes.engine import worker

make = worker.run_frames


def warn_and_make(*given):
    """Make frames, and have something to say."""
    logging.getLogger("paintout").warning("the plate is odd")
    make(*given)


if __name__ == "__main__":
    worker.run_frames = warn_and_make
    sys.exit(worker.main())
