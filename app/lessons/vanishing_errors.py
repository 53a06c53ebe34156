"""Errors that vanish on their way down, and gradients that do not."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, partial
from math import sqrt
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.experiments.specs import RunSpec
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._seeds import drawn, network_spec, run_of
from app.objectives.network import NetworkSpec
from app.optimisers.gradient_descent import GradientDescent

WIDTH = 64
"""As many units as the digits have pixels, so that all layers are alike."""
NARROW = {"kind": "uniform", "scale": 1 / sqrt(WIDTH)}
SEEDS = range(6)


class VanishingErrors(Lesson):
    """δ and ∂L/∂W through ten layers, by activation and initialiser."""

    kind: Literal["vanishing_errors"] = "vanishing_errors"
    room: ClassVar[str] = "network"
    title: ClassVar[str] = "Errors vanish; gradients need not"
    summary: ClassVar[str] = "How ‖δ‖ and ‖∂L/∂W‖ shrink through ten layers, and why they are two different stories."
    reference: ClassVar[str] = (
        "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward neural networks, AISTATS, "
        "section 4.2; He, Zhang, Ren & Sun 2015, Delving deep into rectifiers, ICCV, section 2.2"
    )
    formula: ClassVar[str] = (
        r"\delta_l = \varphi'(z_l) \odot W_{l+1}^\top \delta_{l+1}, \quad "
        r"\mathrm{Var}\,W = \tfrac{1}{3n} \Rightarrow \frac{\lVert\delta_l\rVert}{\lVert\delta_{l+1}\rVert} "
        r"\approx \tfrac{1}{\sqrt 3}"
    )
    text: ClassVar[tuple[str, ...]] = (
        "Ten tanh layers of 64 units read handwritten digits, with the weights that were usual before 2010: "
        "uniform between ±1/√n. Their variance is 1/(3n), so each layer multiplies the error that flows back by "
        "about 1/√3 = 0.577, and the forward signal as well.",
        "So ‖δ‖ at the bottom is some 0.5 % of ‖δ‖ at the top. And yet the gradients of the weights hardly differ: "
        "∂L/∂W = δ·aᵀ, and where δ is small, below, the activations a are large. A chart of gradients alone would"
        " say that all is well. Glorot's initialiser keeps both steady.",
        "Sigmoids are worse: their slope is at most 1/4, and errors lose a factor of about seven a layer; there "
        "the weight gradients vanish too. Rectifiers with He's initialiser pass errors through twenty layers "
        "unshrunk.",
    )

    def run(self) -> RunSpec:
        record = {"network": {"every": 10, "histogram": 24}}
        return run_of(_network("tanh", NARROW, 10), GradientDescent(learning_rate=0.1), steps=100, record=record)

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        glorot, he = {"kind": "glorot_uniform"}, {"kind": "he_normal"}
        tanh, sigmoid, relu = ("tanh", NARROW, 10), ("sigmoid", NARROW, 10), ("relu", he, 20)
        return (
            partial(_factor, *tanh, "Tanh, U(±1/√n): factor of ‖δ‖ a layer", 1 / sqrt(3), 0.06),
            partial(_gradients, *tanh, "Tanh, U(±1/√n): ‖∂L/∂W‖ at the bottom over the top", 1.0, 0.5),
            partial(_errors, "tanh", glorot, 10, "Tanh, Glorot: ‖δ‖ at the bottom over the top", 0.34, 0.35),
            partial(_factor, *sigmoid, "Sigmoid, U(±1/√n): factor of ‖δ‖ a layer", 0.14, 0.05),
            partial(_gradients, *sigmoid, "Sigmoid: ‖∂L/∂W‖ at the bottom over the top", 0.0, 1e-4),
            partial(_factor, *relu, "ReLU, He, 20 layers: factor of ‖δ‖ a layer", 1.0, 0.05),
        )


def _network(activation: str, initialiser: dict[str, Any], depth: int) -> NetworkSpec:
    return network_spec(
        layers=[{"units": WIDTH, "activation": activation}] * depth,
        data={"kind": "digits", "held_out": 0.9},
        initialiser=initialiser,
    )


@lru_cache(maxsize=8)
def _norms(activation: str, initialiser: tuple[tuple[str, Any], ...], depth: int) -> tuple[Array, Array]:
    """‖δ‖ and ‖∂L/∂W‖ of the hidden layers at the start, ``(seeds, depth)`` each."""
    network, theta = drawn(_network(activation, dict(initialiser), depth), SEEDS)
    _, _, gradient_norm, delta_norm = network.layer_norms(theta)
    return delta_norm[:, :depth], gradient_norm[:, :depth]


def _ratio(which: int, activation: str, initialiser: dict[str, Any], depth: int) -> Array:
    norms = _norms(activation, tuple(initialiser.items()), depth)[which]
    return np.asarray(norms[:, 0] / norms[:, -1])


def _factor(
    activation: str, initialiser: dict[str, Any], depth: int, title: str, expected: float, tolerance: float
) -> Claim:
    factors = _ratio(0, activation, initialiser, depth) ** (1 / (depth - 1))
    return agrees(title, expected, factors.tolist(), tolerance)


def _errors(
    activation: str, initialiser: dict[str, Any], depth: int, title: str, expected: float, tolerance: float
) -> Claim:
    return agrees(title, expected, _ratio(0, activation, initialiser, depth).tolist(), tolerance)


def _gradients(
    activation: str, initialiser: dict[str, Any], depth: int, title: str, expected: float, tolerance: float
) -> Claim:
    return agrees(title, expected, _ratio(1, activation, initialiser, depth).tolist(), tolerance)
