"""What a job is given: the shot, its mattes and keys, another fill."""
