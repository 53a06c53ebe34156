"""Energies −ln p̃ that models are made of: objectives with exact derivatives, every leading axis batch."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from weakref import WeakKeyDictionary

import numpy as np

from app.core.calls import Call, carry_out
from app.core.interfaces import Array, Objective
from app.targets._sweeps import Place, Ridges, Sweep, gaussian_sweep
from app.targets._totals import Terms

LOG_2PI = float(np.log(2 * np.pi))


class Energy:
    """What energies share: Hessian-vector products from the Hessian, and numbered names."""

    def __init__(self, dim: int) -> None:
        self.dim = dim

    def value(self, theta: Array) -> Array:
        """−ln p̃."""
        return self.value_and_gradient(theta)[0]

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(−ln p̃, −∇ ln p̃)."""
        raise NotImplementedError

    def gradient(self, theta: Array) -> Array:
        """−∇ ln p̃ alone, for whom it is cheaper."""
        return self.value_and_gradient(theta)[1]

    def hessian(self, theta: Array) -> Array:
        """−∇² ln p̃."""
        raise NotImplementedError

    def hvp(self, theta: Array, v: Array) -> Array:
        """−∇² ln p̃·v."""
        return np.asarray(np.einsum("...ij,...j->...i", self.hessian(theta), v))

    def parameter_names(self, most: int) -> tuple[str, ...]:
        """θ1, θ2, …"""
        return numbered(min(most, self.dim))


def numbered(count: int, letter: str = "θ") -> tuple[str, ...]:
    """θ₁, θ₂, …"""
    digits = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    return tuple(f"{letter}{i + 1}".translate(digits) for i in range(count))


class Swept(Energy):
    """An energy that is written as a sweep: values and gradients of any shape are a sweep of their own.

    What overflows is infinite and needs no warning.
    """

    def sweep(self, place: Place) -> Sweep:
        """At a place."""
        raise NotImplementedError

    def value(self, theta: Array) -> Array:
        value, _ = self._swept(theta, lambda sweep: sweep.value)
        return value.reshape(theta.shape[:-1])

    def gradient(self, theta: Array) -> Array:
        _, gradient = self._swept(theta, lambda sweep: sweep.gradient)
        return gradient.T.reshape(theta.shape)

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        value, gradient = self._swept(theta, lambda sweep: sweep.both)
        return value.reshape(theta.shape[:-1]), gradient.T.reshape(theta.shape)

    def _swept(self, theta: Array, which: Callable[[Sweep], list[Call]]) -> tuple[Array, Array]:
        """−ln p̃ ``(points,)`` and −∇ ln p̃ ``(d, points)``, of which only what was asked for is anything."""
        points = theta.reshape(-1, self.dim).T
        few = points.shape[1] <= FEW
        place, sweep = self._kept(points) if few else self._made(points)
        with np.errstate(over="ignore"):
            carry_out(which(sweep))
        return (place.value.copy(), place.gradient.copy()) if few else (place.value, place.gradient)

    def _kept(self, points: Array) -> tuple[Place, Sweep]:
        """This thread's sweep of as many points: written down anew it would take longer than it runs."""
        known, key = _kept_sweeps.of.setdefault(self, {}), (points.shape[1], points.dtype)
        if key not in known:
            if len(known) >= KEPT:
                known.clear()
            known[key] = self._made(points.copy())
        place, sweep = known[key]
        place.theta[...] = points
        return place, sweep

    def _made(self, points: Array) -> tuple[Place, Sweep]:
        place = Place.beside(points)
        return place, self.sweep(place)


FEW, KEPT = 1 << 10, 8
"""Points of which a sweep is kept, and how many sweeps of one energy are."""


class _KeptSweeps(threading.local):
    def __init__(self) -> None:
        self.of: WeakKeyDictionary[Swept, dict[tuple[int, np.dtype], tuple[Place, Sweep]]] = WeakKeyDictionary()


_kept_sweeps = _KeptSweeps()


class GaussianEnergy(Swept):
    """−ln N(θ; m, A⁻¹) = ½(θ − m)ᵀA(θ − m) − ½ ln|A| + ½ d ln 2π, normalised.

    Args:
        mean: m, ``(d,)``.
        precision: A, ``(d, d)``, symmetric and positive definite.
    """

    def __init__(self, mean: Array, precision: Array) -> None:
        super().__init__(len(mean))
        self.mean = mean
        self.precision = precision
        self.constant = 0.5 * (self.dim * LOG_2PI - float(np.linalg.slogdet(precision)[1]))

    def sweep(self, place: Place) -> Sweep:
        return gaussian_sweep(self.mean, self.precision, self.constant, place)

    def pull(self) -> Array | None:
        """A where m = 0; Aθ − Am would lose digits."""
        return None if self.mean.any() else self.precision

    def hessian(self, theta: Array) -> Array:
        return np.broadcast_to(self.precision, (*theta.shape, self.dim)).copy()

    def hvp(self, theta: Array, v: Array) -> Array:
        lead = np.broadcast_shapes(theta.shape, v.shape)
        return np.broadcast_to(v @ self.precision, lead).copy()


class LaplaceEnergy(Energy):
    """−ln Π (1/2b) exp(−|θᵢ|/b), normalised: L1 with strength 1/b. Its Hessian is 0 away from the kink.

    Args:
        dim: d.
        scale: b.
    """

    def __init__(self, dim: int, scale: float) -> None:
        super().__init__(dim)
        self.scale = scale

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        gradient = np.sign(theta.real) / self.scale
        return np.einsum("...i,...i->...", theta, gradient) + self.dim * np.log(2 * self.scale), gradient

    def hessian(self, theta: Array) -> Array:
        return np.zeros((*theta.shape, self.dim), theta.dtype)


class Sum(Swept):
    """Σ wₖ fₖ(θ) of objectives of one dimension: ``Sum([prior, misfit], [1, β])`` is a tempered posterior."""

    def __init__(self, terms: Sequence[Objective], weights: Sequence[float] | None = None) -> None:
        super().__init__(terms[0].dim)
        self.terms = tuple(terms)
        self.weights = tuple(weights) if weights is not None else (1.0,) * len(self.terms)
        self._heard = Terms.of([pair for pair in zip(self.terms, self.weights, strict=True) if pair[1] != 0])
        self._gradients = tuple(map(gradient_of, self.terms))

    def value(self, theta: Array) -> Array:
        """Σ wₖ fₖ."""
        if self._heard.taker:
            return super().value(theta)
        return _total(self.weights, [term.value(theta) for term in self.terms])

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(Σ wₖ fₖ, Σ wₖ ∇fₖ)."""
        if self._heard.taker:
            return super().value_and_gradient(theta)
        values, gradients = zip(*(term.value_and_gradient(theta) for term in self.terms), strict=True)
        return _total(self.weights, values), _total(self.weights, gradients)

    def gradient(self, theta: Array) -> Array:
        """Σ wₖ ∇fₖ."""
        if self._heard.taker:
            return super().gradient(theta)
        return _total(self.weights, [gradient(theta) for gradient in self._gradients])

    def sweep(self, place: Place) -> Sweep:
        """That of its terms, without those that are silenced."""
        return self._heard.sweep(place)

    def ridges(self) -> Ridges | None:
        """Its gradient, where one product makes all of it."""
        return self._heard.ridges()

    def hvp(self, theta: Array, v: Array) -> Array:
        """Σ wₖ ∇²fₖ·v."""
        return _total(self.weights, [term.hvp(theta, v) for term in self.terms])

    def hessian(self, theta: Array) -> Array:
        """Σ wₖ ∇²fₖ."""
        return _total(self.weights, [term.hessian(theta) for term in self.terms])

    def parameter_names(self, most: int) -> tuple[str, ...]:
        """Those of the last term, the one that is about something."""
        return self.terms[-1].parameter_names(most)


def gradient_of(objective: Objective) -> Callable[[Array], Array]:
    """∇f alone where the objective offers it, else from the pair: ``(..., d) -> (..., d)``."""
    alone: Callable[[Array], Array] | None = getattr(objective, "gradient", None)
    return alone or (lambda theta: objective.value_and_gradient(theta)[1])


def _total(weights: Sequence[float], parts: Sequence[Array]) -> Array:
    """Σ wₖ partₖ, where a weight of 0 silences its part even at infinity."""
    total = None
    for weight, part in zip(weights, parts, strict=True):
        if weight != 0:
            heard = part if weight == 1 else weight * part
            total = heard if total is None else total + heard
    return np.zeros_like(parts[0]) if total is None else total


def tempered(prior: Objective, misfit: Objective, beta: float) -> Sum:
    """prior + β·misfit: from the prior (β = 0) to the posterior (β = 1), and colder."""
    return Sum((prior, misfit), (1.0, beta))
