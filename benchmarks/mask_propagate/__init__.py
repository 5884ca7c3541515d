"""MaskPropagate against true mattes, flow alone and the paper."""
