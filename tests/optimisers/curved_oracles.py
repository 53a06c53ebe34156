"""Each update that couples the parameters a second time, on whole vectors, written from the paper and not for speed.

An oracle gets the optimiser's fields, the objective, the path θ_0 … θ_{t−1} so far, the learning rates η_1 … η_t and
the signs z_1, z_2, … drawn so far; it returns θ_t. Everything is computed again from the whole history: systems by
Gaussian elimination and roots by Schur's method where the optimisers take eigenvalues, the BFGS matrix in full.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from scipy.linalg import fractional_matrix_power, sqrtm

from app.core.interfaces import Array

Oracle = Callable[[Any, Any, Sequence[Array], Sequence[float], Sequence[Array]], Array]


def _gradient(f: Any, theta: Array) -> Array:
    return np.asarray(f.value_and_gradient(theta)[1])


def _average(xs: Sequence[Array], beta: float) -> Array:
    """(1 − β) Σ_i β^(t−i) x_i."""
    t = len(xs)
    return np.asarray((1 - beta) * sum(beta ** (t - i) * x for i, x in enumerate(xs, start=1)))


def _damped(matrix: Array, damping: float) -> Array:
    return matrix + damping * np.eye(len(matrix))


def newton(p: Any, f: Any, thetas: Sequence[Array], etas: Sequence[float], signs: Sequence[Array]) -> Array:
    theta, g = thetas[-1], _gradient(f, thetas[-1])
    direction = -np.linalg.solve(_damped(f.hessian(theta), p.damping), g)
    if not p.line_search:
        return theta + etas[-1] * direction
    direction = direction if g @ direction < 0 else -g
    t = etas[-1]
    while f.value(theta + t * direction) > f.value(theta) + 1e-4 * t * (g @ direction):
        t /= 2
    return np.asarray(theta + t * direction)


def saddle_free_newton(p: Any, f: Any, thetas: Sequence[Array], etas: Sequence[float], signs: Sequence[Array]) -> Array:
    """|H| = √(H²)."""
    hessian = f.hessian(thetas[-1])
    return thetas[-1] - etas[-1] * np.linalg.solve(
        _damped(sqrtm(hessian @ hessian), p.damping), _gradient(f, thetas[-1])
    )


def natural_gradient(p: Any, f: Any, thetas: Sequence[Array], etas: Sequence[float], signs: Sequence[Array]) -> Array:
    fisher = _damped(f.gauss_newton(thetas[-1]), p.damping)
    return thetas[-1] - etas[-1] * np.linalg.solve(fisher, _gradient(f, thetas[-1]))


def levenberg_marquardt(
    p: Any, f: Any, thetas: Sequence[Array], etas: Sequence[float], signs: Sequence[Array]
) -> Array:
    """The loop of the paper, replayed from the start."""
    damping = p.damping
    theta = thetas[0]
    for _ in thetas:
        trial = theta - np.linalg.solve(_damped(f.gauss_newton(theta), damping), _gradient(f, theta))
        taken = f.value(trial) <= f.value(theta)
        theta, damping = (trial, damping / p.factor) if taken else (theta, damping * p.factor)
    return np.asarray(theta)


def lbfgs(p: Any, f: Any, thetas: Sequence[Array], etas: Sequence[float], signs: Sequence[Array]) -> Array:
    """H as a matrix, from γI by the BFGS formula over the last m pairs; then the search, with its two conditions."""
    path = np.array(thetas)
    gradients = np.array([_gradient(f, theta) for theta in thetas])
    pairs = [(s, y) for s, y in zip(np.diff(path, axis=0), np.diff(gradients, axis=0), strict=True) if s @ y > 0]
    theta, g = path[-1], gradients[-1]
    identity = np.eye(len(theta))
    inverse = identity / max(1.0, float(np.linalg.norm(g)))
    for i, (s, y) in enumerate(pairs[-p.history :]):
        if i == 0:
            inverse = identity * (pairs[-1][0] @ pairs[-1][1]) / (pairs[-1][1] @ pairs[-1][1])
        left = identity - np.outer(s, y) / (s @ y)
        inverse = left @ inverse @ left.T + np.outer(s, s) / (s @ y)
    direction = -inverse @ g
    low, high, t = 0.0, np.inf, 1.0
    while True:
        value, slope = f.value(theta + t * direction), _gradient(f, theta + t * direction) @ direction
        if value > f.value(theta) + 1e-4 * t * (g @ direction):
            high = t
        elif slope < p.curvature * (g @ direction):
            low = t
        else:
            return np.asarray(theta + t * direction)
        t = (low + high) / 2 if high < np.inf else 2 * t


def _diagonals(f: Any, thetas: Sequence[Array], signs: Sequence[Array]) -> list[Array]:
    return [z * (f.hessian(theta) @ z) for theta, z in zip(thetas, signs, strict=True)]


def _block_means(values: Array, size: int) -> Array:
    blocks = [values[i : i + size] for i in range(0, len(values), size)]
    return np.concatenate([np.full(len(block), block.mean()) for block in blocks])


def adahessian(p: Any, f: Any, thetas: Sequence[Array], etas: Sequence[float], signs: Sequence[Array]) -> Array:
    t = len(thetas)
    curvatures = [_block_means(d, p.block) for d in _diagonals(f, thetas, signs)]
    m_hat = _average([_gradient(f, theta) for theta in thetas], p.beta1) / (1 - p.beta1**t)
    v_hat = _average([d**2 for d in curvatures], p.beta2) / (1 - p.beta2**t)
    return np.asarray(thetas[-1] - etas[-1] * m_hat / (v_hat ** (p.power / 2) + p.epsilon))


def sophia(p: Any, f: Any, thetas: Sequence[Array], etas: Sequence[float], signs: Sequence[Array]) -> Array:
    m = _average([_gradient(f, theta) for theta in thetas], p.beta1)
    h = _average(_diagonals(f, thetas[:: p.every], signs), p.beta2)
    ratio = [a / max(p.scale * b, p.epsilon) for a, b in zip(m, h, strict=True)]
    clipped = np.array([min(1.0, max(-1.0, r)) for r in ratio])
    return np.asarray(thetas[-1] - etas[-1] * p.weight_decay * thetas[-1] - etas[-1] * clipped)


def shampoo(p: Any, f: Any, thetas: Sequence[Array], etas: Sequence[float], signs: Sequence[Array]) -> Array:
    """A vector: AdaGrad with the full matrix."""
    gradients = np.array([_gradient(f, theta) for theta in thetas])
    root = fractional_matrix_power(_damped(gradients.T @ gradients, p.epsilon), -0.5)
    return np.asarray(thetas[-1] - etas[-1] * root @ gradients[-1])


CURVED_ORACLES: dict[str, Oracle] = {
    "newton": newton,
    "saddle_free_newton": saddle_free_newton,
    "natural_gradient": natural_gradient,
    "levenberg_marquardt": levenberg_marquardt,
    "lbfgs": lbfgs,
    "adahessian": adahessian,
    "sophia": sophia,
    "shampoo": shampoo,
}
"""By kind, of the methods whose update is not coordinate by coordinate."""
