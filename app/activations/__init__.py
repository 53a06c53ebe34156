"""What a layer does to its pre-activations: one file per function, each with its first and second derivative."""
