"""Simulation-based calibration: a sampler on many posteriors of which the truth is known."""
