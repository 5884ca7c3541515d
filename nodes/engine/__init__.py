"""The engine: what runs every step of every node, and tells what is done; it knows no node by name."""
