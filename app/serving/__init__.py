"""Worker processes, slices, streams and the wire format: everything between a route and a computation."""
