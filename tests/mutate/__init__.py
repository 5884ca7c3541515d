"""Stages switched off by hand: each must be missed by a test. ``python -m tests.mutate``, or ``make mutate``."""
