"""InternalFit: what a network that is fitted to one shot learns from, how it is validated, and how it paints."""
