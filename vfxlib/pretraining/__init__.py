"""What networks learn on made scenes before they meet a shot: objectives, losses and what a training leaves."""
