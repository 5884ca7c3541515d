"""What runs inside Blender as a module: the scenes of the rendered sets, a file for each class, and their rendering."""
