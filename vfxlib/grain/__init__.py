"""Grain of the plate, measured and laid over what was painted."""
