"""Ways to choose a plane: one file each."""
