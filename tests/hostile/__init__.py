"""Hostile inputs, moments and surroundings, as tables: what was tried, the exit code, the words, what is on disk."""
