"""One thread of torch in every test and in every process that a test starts.

Bits of a fit depend on the number of threads, so they must be as many here as there. And threads that wait for each
other take the time of other tests: on a busy machine two of them need three times the processor time of one.
"""

import os
from collections.abc import Iterator

os.environ.update(OMP_NUM_THREADS="1", MKL_NUM_THREADS="1")

import pytest
import torch

torch.set_num_threads(1)  # torch may have been loaded before


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """What a test has printed or logged, with escapes for names that are no text: another process is to read it."""
    report = yield
    report.sections = [(name, words.encode(errors="backslashreplace").decode()) for name, words in report.sections]
    return report
