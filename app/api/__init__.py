"""Routes: HTTP in, HTTP out, and nothing computed on the way."""
