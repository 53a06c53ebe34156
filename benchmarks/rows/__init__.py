"""The works, one a file: each has a ``ROW``; see ``benchmarks.row``."""
