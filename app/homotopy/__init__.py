"""Optima of penalised convex losses, exactly, and the paths that they take as the strength of the penalty changes."""
