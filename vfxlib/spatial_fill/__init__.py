"""Gaps that no frame shows, filled from what surrounds them in the same frame: smoothly, or by example."""
