"""Streams of random numbers, each with a number of its own."""

from __future__ import annotations

import numpy as np


class RandomStreams:
    """The streams of a key one after another, by one generator: to make one takes as long as a step.

    Args:
        key: two numbers below 2⁶⁴.
    """

    def __init__(self, *key: int) -> None:
        self._bits = np.random.Philox(key=np.array(key, dtype=np.uint64))
        self._rng = np.random.Generator(self._bits)
        self._fresh = self._bits.state

    def at(self, number: int) -> np.random.Generator:
        """The generator at the beginning of a stream; the one that was given before is this very one."""
        counter = np.array([0, 0, 0, number], dtype=np.uint64)
        self._bits.state = {**self._fresh, "state": {**self._fresh["state"], "counter": counter}}
        return self._rng
