"""What draws say about themselves: pure functions of arrays ``(..., chains, draws)``; leading axes are parameters."""
