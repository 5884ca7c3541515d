"""Pixels in memory: boxes, pictures, tiles, morphology; empty, for hosts import parts of it."""
