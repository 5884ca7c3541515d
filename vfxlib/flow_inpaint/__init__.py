"""The fill: pixels copied along the motion of the background, and painted where nobody saw it."""
