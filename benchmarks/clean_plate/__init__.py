"""FlowInpaint against plain methods, and what it costs."""
