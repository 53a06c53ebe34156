"""Families of Gaussians that stand in for a posterior, and how far they are from it, as an objective."""
