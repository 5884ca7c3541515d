"""FlowInpaint's five steps; frames are counted by their index in the job here, not by their number."""
