"""What the steps of the nodes do; named by string in the declarations, imported when a task runs."""
