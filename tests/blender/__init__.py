"""What Blender writes, and what it reads of ours; Blender runs as a process of its own."""
