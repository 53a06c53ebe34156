"""Log densities: one file per model; a target is an objective, the negative log of an unnormalised density."""
