"""Fuzzing: files, job files, listings and command lines, changed at random, for as long as anybody likes to wait."""
