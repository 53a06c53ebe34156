"""Routes to ln Z and E[θ] that are no Markov chain on the target: one file each."""
