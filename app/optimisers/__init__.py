"""Optimisers: one final class a file, found by :func:`app.core.spec.catalogue`."""
