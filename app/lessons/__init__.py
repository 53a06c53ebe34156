"""Experiments that check themselves, one file each."""
