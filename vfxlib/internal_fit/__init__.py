"""InternalFit's recipe: what a network that is fitted to one shot learns from, and how its painting is judged."""
