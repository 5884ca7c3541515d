"""What a farm costs: starting tasks, several workers on one disk, reading, and planning a show."""
