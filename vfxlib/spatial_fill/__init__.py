"""Holes filled from the same frame: smoothly, or by example."""
