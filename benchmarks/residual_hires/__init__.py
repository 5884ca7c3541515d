"""The figures of ResidualHiRes."""
