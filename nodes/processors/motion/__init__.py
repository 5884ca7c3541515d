"""Motion from frame to frame: measured, kept as EXR files, chained; what every node that follows it shares.

Frames are counted by their index in the job here, not by their number: the neighbour of a frame is the next one that
the job has, whatever lies between them.
"""
