"""How pixels are read, turned, cut, moved, filled, joined and judged."""
