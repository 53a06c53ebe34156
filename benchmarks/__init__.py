"""Measurements side by side: run by hand on a quiet machine, each bounded in time."""
