"""Where InternalFit's figures are kept, and the code that they follow from."""

from __future__ import annotations

from benchmarks.bench.sets import CACHE

__all__ = ["FIT_CODE", "FIT_RECORDS"]

FIT_RECORDS = CACHE / "fit"
FIT_CODE = (
    "nodes/fields.py",
    "nodes/internal_fit.py",
    "nodes/processors/internal_fit",
    "vfxlib/train",
    "vfxlib/internal_fit",
    "vfxlib/nets",
)
