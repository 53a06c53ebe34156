"""Bayesian logistic regression."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import AfterValidator

from app.core.interfaces import Array
from app.core.numerics import sigmoid
from app.core.spec import Real, Whole, control
from app.targets._base import Density, Facts, Parts, TargetEntry
from app.targets._bridge import gaussian_density
from app.targets._energies import Sum
from app.targets._linear import Points, drawn_at, hull, polynomial_names, powers, predictive_of
from app.targets._logistic import LogisticMisfit
from app.targets._quadrature import quadrature, unanswered

DEFAULT = ((-2.0, 0.0), (-1.5, 0.0), (-1.0, 1.0), (-0.5, 0.0), (0.5, 1.0), (1.0, 1.0), (1.5, 1.0), (2.0, 1.0))
NEWTON = 100


def _labelled(points: Points) -> Points:
    for i, (_, y) in enumerate(points):
        if y not in (0.0, 1.0):
            raise ValueError(f"point {i} has label {y}, and labels are 0 or 1; change it")
    return points


class LogisticRegression(TargetEntry):
    """P(y = 1) = σ(Σ wⱼxʲ), w ~ N(0, vI): log-concave and not conjugate; the answer comes by quadrature up to d = 2."""

    kind: Literal["logistic_regression"] = "logistic_regression"
    title = "Logistic regression"
    summary = "A curve of probabilities through yes and no. Its posterior leans, so that its mode and its mean differ."
    reference = "Bishop 2006, Pattern Recognition and Machine Learning, section 4.5"
    formula = r"P(y = 1 \mid x) = \sigma\Big(\sum_j w_j x^j\Big), \quad w \sim \mathcal N(0, v I)"

    points: Annotated[Points, AfterValidator(_labelled)] = control(DEFAULT, "Data", description="examples [x, 0 or 1]")
    degree: Whole = control(1, "Degree", ge=0, le=8)
    variance: Real = control(4.0, "Prior variance", symbol="v", scale="log", gt=1e-6, le=1e6, slider=(0.01, 100))

    def build(self) -> Density:
        data = np.array(self.points, dtype=np.float64).reshape(-1, 2)
        dim = self.degree + 1
        prior = gaussian_density(np.zeros(dim), np.eye(dim) * self.variance)
        misfit = LogisticMisfit(powers(data[:, 0], self.degree), data[:, 1])
        energy = Sum((prior, misfit))
        mode = _mode(energy)
        spread = np.sqrt(np.diagonal(np.linalg.inv(energy.hessian(mode))))
        box = hull(mode, spread, 8.0, np.full(dim, self.variance**0.5))
        facts = Facts(
            reference=lambda: quadrature(energy, box),
            parts=Parts(prior, misfit),
            batches=misfit.batches(),
            predictive=predictive_of(self.points, self.degree, sigmoid, None),
            seconds=5e-8 + (2.2e-9 + 2e-10 * dim) * len(data),
            note=unanswered(dim),
        )
        return Density(energy, box, polynomial_names(self.degree), facts)

    def simulated(self, theta: Array, rng: np.random.Generator) -> LogisticRegression:
        """y = 1 with probability σ(φᵀθ) at the same inputs."""
        features = powers(np.array([x for x, _ in self.points]), self.degree)
        labels = (rng.random(len(features)) < sigmoid(features @ theta)).astype(np.float64)
        return self.model_copy(update={"points": drawn_at(self.points, labels)})


def _mode(energy: Sum) -> Array:
    """Newton's method with halved steps on a strictly convex energy."""
    theta = np.zeros(energy.dim)
    for _ in range(NEWTON):
        value, gradient = energy.value_and_gradient(theta)
        step = np.linalg.solve(energy.hessian(theta), gradient)
        while energy.value(theta - step) > value and np.abs(step).max() > 1e-14:
            step = step / 2
        theta = theta - step
        if np.abs(step).max() < 1e-12:
            break
    return theta
