"""What networks learn from: one file per dataset, each deterministic in its spec."""
