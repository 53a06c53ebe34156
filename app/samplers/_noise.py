"""The randomness of a kernel's steps: normal and uniform numbers in the precision of the chains."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.core.memory import aligned

TO_UNIT = np.float32(2.0**-32 * (1 - 2.0**-24))
"""Brings (k + ½), k of 32 bits, rounded to float32, into (0, 1)."""
HALF, MINUS_TWO = np.float32(0.5), np.float32(-2)
TO_ONE, TO_ANGLE = np.float32(2.0**-32), np.float32(np.pi * 2.0**-31)
"""Bring k + ½ into (0, 1], and a whole number of 32 bits with a sign into [−π, π]."""


def normal_like(rng: np.random.Generator, theta: Array) -> Array:
    """Standard normal numbers in the shape, order and precision of ``theta`` ``(chains, d)``."""
    (drawn,) = noise(rng, theta.dtype, 1, theta.size)
    return np.asarray(drawn.reshape(theta.shape[::-1]).T)


def uniform_like(rng: np.random.Generator, like: Array, count: int | None = None) -> Array:
    """Uniform numbers in the precision of ``like`` ``(chains,)``, as many, or ``count``."""
    _, drawn = noise(rng, like.dtype, 1, 0, len(like) if count is None else count)
    return np.asarray(drawn[0])


def noise(rng: np.random.Generator, precision: np.dtype[Any], steps: int, normals: int, *uniforms: int) -> list[Array]:
    """What so many steps draw, each ``normals`` standard normal numbers and then blocks of uniform ones in [0, 1).

    Arrays ``(steps, …)``, one of normal numbers and one for each block. A step's numbers follow those of the step
    before in the stream of ``rng``, so that so many steps at once draw what they draw one after another.

    In float32 a number is made of 32 bits: P(u < α) differs from α by at most 2⁻²⁴α + 2⁻³³, and nothing lies beyond 6.8
    standard deviations, where 10⁻¹¹ of the mass would.
    """
    drawn = _single if precision == np.float32 else _double
    return drawn(rng, steps, normals, *uniforms)


def _double(rng: np.random.Generator, steps: int, normals: int, *uniforms: int) -> list[Array]:
    drawn = [np.empty((steps, size)) for size in (normals, *uniforms)]
    for normal, *rest in zip(*drawn, strict=True):
        rng.standard_normal(out=normal)
        for uniform in rest:
            rng.random(out=uniform)
    return drawn


def _single(rng: np.random.Generator, steps: int, normals: int, *uniforms: int) -> list[Array]:
    """Of 32 bits each; a block of a step begins with a word of 64."""
    ends = list(accumulate((size + 1) // 2 for size in (normals, *uniforms)))
    bits = rng.bit_generator.random_raw(steps * ends[-1]).view(np.uint32).reshape(steps, -1)
    drawn = [_box_muller(bits[:, : 2 * ends[0]])[:, :normals]]
    for end, size in zip(ends, uniforms, strict=False):
        drawn.append(_unit(bits[:, 2 * end : 2 * end + size]))
    return drawn


def _unit(bits: Array) -> Array:
    drawn = aligned(bits.shape, np.float32)
    drawn[...] = bits
    drawn += HALF
    drawn *= TO_UNIT
    return drawn


def _box_muller(bits: Array) -> Array:
    """√(−2 ln u) (cos φ, sin φ) of rows of bits, u from their first half and φ from the second.

    A quarter of the time of the ziggurat.

    Reference: Box & Muller 1958, A note on the generation of random normal deviates, Ann. Math. Stat. 29(2).
    """
    steps, pairs = len(bits), bits.shape[1] // 2
    drawn, (radius, angle, part) = aligned(bits.shape, np.float32), aligned((3, steps, pairs), np.float32)
    radius[...], angle[...] = bits[:, :pairs], bits[:, pairs:].view(np.int32)
    radius += HALF
    radius *= TO_ONE
    np.log(radius, radius)
    radius *= MINUS_TWO
    np.sqrt(radius, radius)
    angle *= TO_ANGLE
    np.multiply(np.cos(angle, part), radius, drawn[:, :pairs])
    np.multiply(np.sin(angle, part), radius, drawn[:, pairs:])
    return drawn
