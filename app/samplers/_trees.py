"""The trees of the No-U-Turn sampler, grown for all chains at once.

All chains that still grow have the same depth, so that a leaf has the same number in each: what a recursion would keep
on its stack are ``depth`` checkpoints, addressed by the bits of that number (Phan, Pradhan & Jankowiak 2019,
Composable effects for flexible and accelerated probabilistic programming in NumPyro, section 3 and algorithm 2).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.samplers._leapfrog import BREAKDOWN, Phase, Stride, copied, hamiltonian, leapfrog, rows, store, stride
from app.samplers._metropolis import Place, choose


class Field(NamedTuple):
    """What every tree grows on: the target, ε ``()``, M⁻¹ ``(d,)``, and H at each chain's root ``(chains,)``."""

    target: Target
    step: Array
    inverse_mass: Array
    root_energy: Array


class Tree(NamedTuple):
    """One tree a chain, each array's first axis.

    Attributes:
        edge: the last leaf.
        chosen: a leaf drawn with probability proportional to its weight e^{H₀ − H}.
        energy: H of ``chosen``.
        log_weight: ln Σ e^{H₀ − H} over the leaves.
        momentum_sum: Σ r over the leaves.
        whole: neither turned nor broke down; only such a tree is joined to the rest.
        broken: an energy error beyond reason.
        leaves: how many were grown.
        acceptance_sum: Σ min(1, e^{H₀ − H}) over them.
    """

    edge: Phase
    chosen: Place
    energy: Array
    log_weight: Array
    momentum_sum: Array
    whole: Array
    broken: Array
    leaves: Array
    acceptance_sum: Array


def turned(inverse_mass: Array, first: Array, last: Array, total: Array) -> Array:
    """Whether going on at either end would come nearer: (Σr − ½(r₁ + r₂))·M⁻¹rᵢ ≤ 0.

    Reference: Betancourt 2017, A conceptual introduction to Hamiltonian Monte Carlo, appendix A.4.2.
    """
    with np.errstate(all="ignore"):
        inner = inverse_mass * (total - 0.5 * (first + last))
        back: Array = ((inner * first).sum(axis=-1) <= 0) | ((inner * last).sum(axis=-1) <= 0)
    return back


class Growth(NamedTuple):
    """Trees as they grow, with what they need to: all arrays have the living chains on their first axis.

    Attributes:
        tree: so far.
        root_energy: H₀.
        stride: of a leapfrog step, in the direction of growth.
        momenta, sums: checkpoints, ``(chains, depth, d)``.
    """

    tree: Tree
    root_energy: Array
    stride: Stride
    momenta: Array
    sums: Array


def grow(field: Field, start: Phase, direction: Array, depth: int, rng: np.random.Generator) -> Tree:
    """2^depth leaves beyond ``start`` in ``direction`` (±1), fewer where a subtree turns or breaks down."""
    grown, alive = _seedling(start), np.arange(len(direction))
    along = stride((field.step * direction)[:, None], field.inverse_mass)
    checkpoints = (np.empty((len(direction), max(depth, 1), start.momentum.shape[1])) for _ in range(2))
    growth = Growth(grown, field.root_energy, along, *checkpoints)
    for leaf in range(2**depth):
        growth = growth._replace(tree=_with_leaf(field, growth, rng))
        lost = _turning(field, growth, leaf) | growth.tree.broken
        if lost.any():
            growth.tree.whole[lost] = False
            store(grown, alive[lost], rows(growth.tree, lost))
            growth, alive = rows(growth, ~lost), alive[~lost]
            if not alive.size:
                return grown
    store(grown, alive, growth.tree)
    return grown


def _seedling(start: Phase) -> Tree:
    """No leaf yet."""
    count = len(start.momentum)
    return Tree(
        edge=copied(start),
        chosen=copied(start).at,
        energy=np.full(count, np.nan),
        log_weight=np.full(count, -np.inf),
        momentum_sum=np.zeros_like(start.momentum),
        whole=np.ones(count, dtype=bool),
        broken=np.zeros(count, dtype=bool),
        leaves=np.zeros(count, dtype=np.int64),
        acceptance_sum=np.zeros(count),
    )


def _with_leaf(field: Field, growth: Growth, rng: np.random.Generator) -> Tree:
    """One leapfrog step of every tree, and whether the new leaf is the chosen one."""
    tree = growth.tree
    leaf = leapfrog(field.target, tree.edge, growth.stride)
    energy = hamiltonian(leaf, field.inverse_mass)
    gain = np.where(np.isnan(energy), -np.inf, growth.root_energy - energy)
    weight = np.logaddexp(tree.log_weight, gain)
    with np.errstate(all="ignore"):
        taken = rng.random(gain.size) < np.exp(gain - weight)
        acceptance = np.exp(np.minimum(gain, 0.0))
    return tree._replace(
        edge=leaf,
        chosen=choose(taken, leaf.at, tree.chosen),
        energy=np.where(taken, energy, tree.energy),
        log_weight=weight,
        momentum_sum=tree.momentum_sum + leaf.momentum,
        broken=gain < -BREAKDOWN,
        leaves=tree.leaves + 1,
        acceptance_sum=tree.acceptance_sum + acceptance,
    )


def _turning(field: Field, growth: Growth, leaf: int) -> Array:
    """Whether a subtree that ends at this leaf has turned; an even leaf ends none and is remembered instead."""
    momentum, total = growth.tree.edge.momentum, growth.tree.momentum_sum
    place = (leaf >> 1).bit_count()
    turning = np.zeros(len(momentum), dtype=bool)
    if leaf % 2 == 0:
        growth.momenta[:, place], growth.sums[:, place] = momentum, total
        return turning
    trailing_ones = (~leaf & (leaf + 1)).bit_length() - 1
    for k in range(place, place - trailing_ones, -1):
        first = growth.momenta[:, k]
        turning |= turned(field.inverse_mass, first, momentum, total - growth.sums[:, k] + first)
    return turning
