"""What a client sends, and the pure, sliceable computations that answer: the only floor that makes events."""
