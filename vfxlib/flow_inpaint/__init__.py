"""Flow-guided inpainting: pixels copied along the motion of the background, and painted where nobody saw it.

tracking, resample       points of the hole tracked to other frames, and the plate resampled there once
candidates, exposure     what all frames within reach show of a point, brought to this frame's exposure
control_points           known pixels beside the hole, copied likewise: they set the scales
selection, mrf           consensus and outliers of the candidates; neighbours decide where candidates contradict
border_error             what copying gets wrong beside the hole is expected in it too
returned_grain           of the grain that resampling took, as much is given back as copies beside the hole lack
expected_error, fill     how sure it is, and the fill of a whole frame
transfer                 paint of key frames, carried along the same motion
"""
