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
from app.samplers._leapfrog import BREAKDOWN, Phase, copied, hamiltonian, leapfrog, write


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
    chosen: Phase
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


def grow(field: Field, start: Phase, direction: Array, depth: int, rng: np.random.Generator) -> Tree:
    """2^depth leaves beyond ``start`` in ``direction`` (±1), fewer where a subtree turns or breaks down."""
    tree = _seedling(start)
    checkpoints = np.zeros((2, max(depth, 1), *start.momentum.shape))
    alive = np.arange(len(direction))
    for leaf in range(2**depth):
        _add_leaf(field, tree, alive, direction, rng)
        turning = _turning(field, tree, alive, checkpoints, leaf)
        tree.whole[alive[turning | tree.broken[alive]]] = False
        alive = alive[tree.whole[alive]]
        if not alive.size:
            break
    return tree


def _seedling(start: Phase) -> Tree:
    """No leaf yet; the arrays belong to the tree and are written in place."""
    count = len(start.momentum)
    return Tree(
        edge=copied(start),
        chosen=copied(start),
        energy=np.full(count, np.nan),
        log_weight=np.full(count, -np.inf),
        momentum_sum=np.zeros_like(start.momentum),
        whole=np.ones(count, dtype=bool),
        broken=np.zeros(count, dtype=bool),
        leaves=np.zeros(count, dtype=np.int64),
        acceptance_sum=np.zeros(count),
    )


def _add_leaf(field: Field, tree: Tree, alive: Array, direction: Array, rng: np.random.Generator) -> None:
    """One leapfrog step of the living trees, and whether the new leaf is the chosen one."""
    step = field.step * direction[alive][:, None]
    leaf = leapfrog(field.target, tree.edge.rows(alive), step, field.inverse_mass)
    energy = hamiltonian(leaf, field.inverse_mass)
    gain = np.where(np.isnan(energy), -np.inf, field.root_energy[alive] - energy)
    tree.log_weight[alive] = weight = np.logaddexp(tree.log_weight[alive], gain)
    with np.errstate(invalid="ignore", divide="ignore"):
        taken = np.log(rng.random(alive.size)) < gain - weight
    write(tree.edge, alive, leaf)
    write(tree.chosen, alive[taken], leaf.rows(taken))
    tree.energy[alive[taken]] = energy[taken]
    tree.momentum_sum[alive] += leaf.momentum
    tree.broken[alive] = gain < -BREAKDOWN
    tree.leaves[alive] += 1
    tree.acceptance_sum[alive] += np.exp(np.minimum(gain, 0.0))


def _turning(field: Field, tree: Tree, alive: Array, checkpoints: Array, leaf: int) -> Array:
    """Whether a subtree that ends at this leaf has turned; an even leaf ends none and is remembered instead."""
    momentum, total = tree.edge.momentum[alive], tree.momentum_sum[alive]
    place = (leaf >> 1).bit_count()
    turning = np.zeros(alive.size, dtype=bool)
    if leaf % 2 == 0:
        checkpoints[0, place, alive], checkpoints[1, place, alive] = momentum, total
        return turning
    trailing_ones = (~leaf & (leaf + 1)).bit_length() - 1
    for k in range(place, place - trailing_ones, -1):
        first, before = checkpoints[0, k, alive], checkpoints[1, k, alive]
        turning |= turned(field.inverse_mass, first, momentum, total - before + first)
    return turning
