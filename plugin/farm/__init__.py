"""Jobs for render farms: one list of tasks, in the words of each engine."""
