"""The steps of ResidualHiRes."""
