"""Where training starts: one file per rule for drawing weights."""
