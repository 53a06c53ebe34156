"""Kernels with one bug each, as they are found in the wild: for practice in telling them from right ones."""
