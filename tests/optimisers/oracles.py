"""Each update a second time: one coordinate, plain Python floats, written from the paper and not for speed.

An oracle gets the optimiser's fields and the history of one coordinate, oldest first: gradients g_1 … g_t and
parameters θ_0 … θ_{t−1} with the gradient g_i taken at θ_{i−1}, and learning rates η_1 … η_t; it returns θ_t.
Moving averages are explicit sums over the whole history, momenta are differences of iterates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod, sqrt
from typing import Any

History = Sequence[float]
Oracle = Callable[[Any, History, History, History], float]


def _average(xs: History, beta: float) -> float:
    """(1 − β) Σ_i β^(t−i) x_i."""
    t = len(xs)
    return (1 - beta) * sum(beta ** (t - i) * x for i, x in enumerate(xs, start=1))


def _squares(gs: History) -> list[float]:
    return [g**2 for g in gs]


def _sign(x: float) -> float:
    return float((x > 0) - (x < 0))


def _adam_terms(p: Any, gs: History) -> tuple[float, float]:
    t = len(gs)
    m_hat = _average(gs, p.beta1) / (1 - p.beta1**t)
    v_hat = _average(_squares(gs), p.beta2) / (1 - p.beta2**t)
    return m_hat, sqrt(v_hat)


def gradient_descent(p: Any, gs: History, thetas: History, etas: History) -> float:
    return thetas[-1] - etas[-1] * gs[-1]


def heavy_ball(p: Any, gs: History, thetas: History, etas: History) -> float:
    """Polyak's two-step form."""
    previous = thetas[-2] if len(thetas) > 1 else thetas[0]
    return thetas[-1] - etas[-1] * gs[-1] + p.momentum * (thetas[-1] - previous)


def nesterov(p: Any, gs: History, thetas: History, etas: History) -> float:
    """x_t = y − ηg; y ← x_t + β(x_t − x_{t−1}), with x_0 = y_0."""
    xs = [thetas[0], *(y - eta * g for y, eta, g in zip(thetas, etas, gs, strict=True))]
    return xs[-1] + p.momentum * (xs[-1] - xs[-2])


def fista(p: Any, gs: History, thetas: History, etas: History) -> float:
    """x_t = y − ηg; y ← x_t + ((a_t − 1)/a_{t+1})(x_t − x_{t−1}), with x_0 = y_0; nothing here has a penalty."""
    xs = [thetas[0], *(y - eta * g for y, eta, g in zip(thetas, etas, gs, strict=True))]
    ages = [1.0]
    for _ in gs:
        ages.append((1 + sqrt(1 + 4 * ages[-1] ** 2)) / 2)
    return xs[-1] + (ages[-2] - 1) / ages[-1] * (xs[-1] - xs[-2])


def adagrad(p: Any, gs: History, thetas: History, etas: History) -> float:
    return thetas[-1] - etas[-1] * gs[-1] / (p.epsilon + sqrt(sum(_squares(gs))))


def rmsprop(p: Any, gs: History, thetas: History, etas: History) -> float:
    return thetas[-1] - etas[-1] * gs[-1] / (sqrt(_average(_squares(gs), p.decay)) + p.epsilon)


def adadelta(p: Any, gs: History, thetas: History, etas: History) -> float:
    moves: list[float] = []
    for t in range(1, len(gs) + 1):
        rms_move = sqrt(_average(_squares(moves), p.decay) + p.epsilon)
        rms_gradient = sqrt(_average(_squares(gs[:t]), p.decay) + p.epsilon)
        moves.append(-rms_move / rms_gradient * gs[t - 1])
    return thetas[-1] + etas[-1] * moves[-1]


def adam(p: Any, gs: History, thetas: History, etas: History) -> float:
    m_hat, root = _adam_terms(p, gs)
    return thetas[-1] - etas[-1] * m_hat / (root + p.epsilon)


def adamw(p: Any, gs: History, thetas: History, etas: History) -> float:
    shrunk = thetas[-1] - etas[-1] * p.weight_decay * thetas[-1]
    return shrunk + adam(p, gs, thetas, etas) - thetas[-1]


def adam_l2(p: Any, gs: History, thetas: History, etas: History) -> float:
    return adam(p, [g + p.weight_decay * theta for g, theta in zip(gs, thetas, strict=True)], thetas, etas)


def nadam(p: Any, gs: History, thetas: History, etas: History) -> float:
    """Dozat's algorithm with its products of μ_i written out, all μ_i = β₁."""
    t = len(gs)
    mu = [p.beta1] * (t + 2)
    m = _average(gs, p.beta1)
    m_bar = mu[t + 1] * m / (1 - prod(mu[: t + 1])) + (1 - mu[t]) * gs[-1] / (1 - prod(mu[:t]))
    return thetas[-1] - etas[-1] * m_bar / (_adam_terms(p, gs)[1] + p.epsilon)


def amsgrad(p: Any, gs: History, thetas: History, etas: History) -> float:
    v_hat = max(_average(_squares(gs[:t]), p.beta2) for t in range(1, len(gs) + 1))
    return thetas[-1] - etas[-1] * _average(gs, p.beta1) / (sqrt(v_hat) + p.epsilon)


def lion(p: Any, gs: History, thetas: History, etas: History) -> float:
    update = _sign(p.beta1 * _average(gs[:-1], p.beta2) + (1 - p.beta1) * gs[-1])
    return thetas[-1] - etas[-1] * (update + p.weight_decay * thetas[-1])


def rprop(p: Any, gs: History, thetas: History, etas: History) -> float:
    """The loop of the paper, replayed from the start."""
    size, before, move = p.initial_step, 0.0, 0.0
    for g in gs:
        if before * g > 0:
            size = min(size * p.grow, p.largest_step)
            move = -_sign(g) * size
            before = g
        elif before * g < 0:
            size = max(size * p.shrink, p.smallest_step)
            move = -move
            before = 0.0
        else:
            move = -_sign(g) * size
            before = g
    return thetas[-1] + move


ORACLES: dict[str, Oracle] = {
    "gradient_descent": gradient_descent,
    "sgd": gradient_descent,
    "heavy_ball": heavy_ball,
    "nesterov": nesterov,
    "adagrad": adagrad,
    "rmsprop": rmsprop,
    "adadelta": adadelta,
    "adam": adam,
    "adamw": adamw,
    "adam_l2": adam_l2,
    "nadam": nadam,
    "amsgrad": amsgrad,
    "lion": lion,
    "ista": gradient_descent,
    "fista": fista,
    "rprop": rprop,
}
"""By kind; a test sees to it that every optimiser has one."""
