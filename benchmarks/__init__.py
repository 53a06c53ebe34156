"""Measurements side by side: run by hand on a quiet machine, each bounded in time."""

import os

FORCED = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")
"""How a shell may hold OpenBLAS, and no other BLAS, to an older processor's kernels, at half the rate."""

for variable in FORCED:  # before NumPy is imported, here and in the contenders' processes
    os.environ.pop(variable, None)
