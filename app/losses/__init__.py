"""What a network is judged by: one file per loss, each a mean over examples."""
