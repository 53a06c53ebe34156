"""Markov chains that leave a target invariant, or say that they do not: one file per kernel."""
