"""Planes through parameter space, the grids drawn on them, and what they leave out."""
