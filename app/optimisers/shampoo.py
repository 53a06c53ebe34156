"""Shampoo."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar, Literal, NamedTuple

import numpy as np

from app.core.errors import BudgetError
from app.core.interfaces import Array, LayeredObjective, Objective, State
from app.core.spec import Real
from app.optimisers import _fields as fields
from app.optimisers._spectrum import power
from app.optimisers._template import Here, Memory, Rated

MAX_SIDE = 512
"""Longest side of a block: its preconditioner's root takes O(side³) each step."""


class Block(NamedTuple):
    """A weight matrix or a vector in the flat θ; ``sides`` are its axes."""

    name: str
    start: int
    stop: int
    sides: tuple[int, ...]


class Shampoo(Rated):
    """W ← W − ηL^{−1/4}GR^{−1/4}, L ← L + GGᵀ, R ← R + GᵀG from εI, for each weight matrix W with gradient G.

    A vector has one axis and the exponent −1/2: b ← b − ηL^{−1/2}g with L ← L + ggᵀ, which is AdaGrad with full
    matrices. On a network each layer's weights are a matrix and its biases a vector; on a surface θ is one vector.
    Like AdaGrad it only ever slows. A side of at most 512: the paper's diagonal stand-in for longer ones is left out.
    Memory: the preconditioners, ``(..., side, side)`` each.

    Reference: Gupta, Koren & Singer 2018, Algorithm 1 (matrices) and Algorithm 2 with k = 1 (vectors).
    """

    kind: Literal["shampoo"] = "shampoo"
    learning_rate: Real = fields.learning_rate(0.1)
    epsilon: Real = fields.epsilon(1e-4)

    title: ClassVar[str] = "Shampoo"
    summary: ClassVar[str] = (
        "Turns and scales each weight matrix by what its gradients have been, from the left and from the right."
    )
    reference: ClassVar[str] = (
        "Gupta, Koren & Singer 2018, Shampoo: preconditioned stochastic tensor optimization, Algorithms 1 and 2"
    )
    formula: ClassVar[str] = (
        r"W_{t+1} = W_t - \eta\,L_t^{-1/4} G_t R_t^{-1/4}, \quad "
        r"L_t = \epsilon I + \sum_{\tau \le t} G_\tau G_\tau^\top, \quad "
        r"R_t = \epsilon I + \sum_{\tau \le t} G_\tau^\top G_\tau"
    )
    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "number", "none"]] = "length"
    coordinatewise: ClassVar[bool] = False

    def init(self, objective: Objective, theta: Array, rng: np.random.Generator) -> State:
        """State at ``theta`` with every preconditioner εI.

        Raises:
            BudgetError: a layer has a side of over ``MAX_SIDE``.
        """
        blocks = list(_blocks(objective))
        for block in blocks:
            _check(block)
        state = super().init(objective, theta, rng)
        lead = state.theta.shape[:-1]
        sides = [side for block in blocks for side in block.sides]
        return state._replace(memory=tuple(np.tile(self.epsilon * np.eye(side), (*lead, 1, 1)) for side in sides))

    def step_flops(self, objective: Objective) -> float:
        """About 20 side³ for the root of each preconditioner."""
        return float(sum(20 * side**3 for block in _blocks(objective) for side in block.sides))

    def move(self, here: Here, memory: Memory, rate: float, t: int) -> tuple[Array, Memory]:
        """Δ, block by block."""
        delta, following, before = np.empty_like(here.theta), [], iter(memory)
        for block in _blocks(here.objective):
            gradient = here.gradient[..., block.start : block.stop]
            sums = [next(before) for _ in block.sides]
            direction, sums = _preconditioned(gradient.reshape(*gradient.shape[:-1], block.sides[0], -1), sums)
            delta[..., block.start : block.stop] = -rate * direction.reshape(gradient.shape)
            following += sums
        return delta, tuple(following)


def _preconditioned(gradient: Array, sums: list[Array]) -> tuple[Array, list[Array]]:
    """(direction, sums with this gradient in them); a vector is a matrix of one column with a left side only."""
    grams = (gradient @ gradient.mT, gradient.mT @ gradient)
    following = [old + gram for old, gram in zip(sums, grams, strict=False)]
    exponent = -0.5 / len(sums)
    direction = power(following[0], exponent) @ gradient
    return direction @ power(following[1], exponent) if len(sums) == 2 else direction, following


def _blocks(objective: Objective) -> Iterator[Block]:
    """Weights and biases of each layer; all of θ where there are no layers."""
    if not isinstance(objective, LayeredObjective):
        yield Block("θ", 0, objective.dim, (objective.dim,))
        return
    for layer in objective.layers:
        middle = layer.start + layer.fan_out * layer.fan_in
        yield Block(layer.name, layer.start, middle, (layer.fan_out, layer.fan_in))
        if layer.biases:
            yield Block(layer.name, middle, layer.stop, (layer.fan_out,))


def _check(block: Block) -> None:
    longest = max(block.sides)
    if longest > MAX_SIDE:
        raise BudgetError(
            f"{longest}, the longest side of {block.name}, must be at most {MAX_SIDE} for Shampoo, which takes the "
            "root of a matrix of that size each step; use narrower layers, or adam"
        )
