"""The networks: torch alone, no files and no colour, so that they run wherever torch runs."""
