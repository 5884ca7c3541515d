"""Fitting a network to one shot: the loop, its schedule, its checkpoint and its curve, whatever the network paints."""
