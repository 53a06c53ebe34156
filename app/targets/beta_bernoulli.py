"""A coin."""

from __future__ import annotations

from typing import Literal

import numpy as np
import scipy
from pydantic import field_validator
from pydantic_core.core_schema import ValidationInfo

from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.numerics import sigmoid, softplus
from app.core.spec import Real, Whole, control
from app.targets._base import Density, Facts, Parts, TargetEntry, box_of
from app.targets._energies import Energy, Sum
from app.targets._transforms import LOGISTIC, Transform


class LogitEnergy(Energy):
    """a softplus(−θ) + b softplus(θ) + c: −ln of p^a (1 − p)^b at θ = logit p."""

    def __init__(self, a: float, b: float, constant: float) -> None:
        super().__init__(1)
        self.a, self.b, self.constant = a, b, constant

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        p = sigmoid(theta)
        value = self.a * softplus(-theta) + self.b * softplus(theta)
        return value[..., 0] + self.constant, self.b * p - self.a * (1 - p)

    def hessian(self, theta: Array) -> Array:
        p = sigmoid(theta)
        return np.asarray(((self.a + self.b) * p * (1 - p))[..., None])


class BetaBernoulli(TargetEntry):
    """p ~ Beta(a, b), k heads in n tosses, sampled as θ = logit p, which adds ln p(1 − p), the Jacobian.

    Z = B(a + k, b + n − k)/B(a, b), of the sequence as it fell. E[θ] = ψ(a + k) − ψ(b + n − k).
    """

    kind: Literal["beta_bernoulli"] = "beta_bernoulli"
    title = "A coin"
    summary = "Beta prior, Bernoulli tosses: conjugate. Laplace's method answers differently in p and in logit p."
    reference = "Gelman et al. 2013, Bayesian Data Analysis, section 2.4; MacKay 2003, section 3.2"
    formula = (
        r"p \sim \mathrm{Beta}(a, b), \quad k \mid p \sim \mathrm{Bernoulli}(p)^{n}, \quad \theta = \ln\frac{p}{1-p}"
    )

    a: Real = control(1.0, "Prior heads", symbol="a", scale="log", gt=0.01, le=1e4, slider=(0.1, 100))
    b: Real = control(1.0, "Prior tails", symbol="b", scale="log", gt=0.01, le=1e4, slider=(0.1, 100))
    tosses: Whole = control(10, "Tosses", symbol="n", ge=0, le=100_000, slider=(0, 100))
    heads: Whole = control(7, "Heads", symbol="k", ge=0, le=100_000, slider=(0, 100))

    @field_validator("heads")
    @classmethod
    def _among_the_tosses(cls, heads: int, info: ValidationInfo) -> int:
        tosses = info.data.get("tosses", heads)
        if heads > tosses:
            raise ValueError(f"heads {heads} must be at most {tosses}, the tosses; lower it or raise tosses")
        return heads

    def build(self) -> Density:
        tails = self.tosses - self.heads
        prior = _beta(self.a, self.b)
        misfit = LogitEnergy(float(self.heads), float(tails), 0.0)
        a, b = self.a + self.heads, self.b + tails
        log_evidence = float(scipy.special.betaln(a, b) - scipy.special.betaln(self.a, self.b))
        mean, covariance = _moments(a, b)
        facts = Facts(
            reference=lambda: Reference(log_evidence, mean, covariance, "closed form", 0.0),
            sample=lambda rng, count: _draws(a, b, rng, count),
            parts=Parts(prior, misfit),
            transform=Transform((LOGISTIC,), ("p",)),
        )
        return Density(Sum((prior, misfit)), _box(a, b), ("logit p",), facts)

    def simulated(self, theta: Array, rng: np.random.Generator) -> BetaBernoulli:
        """As many tosses of a coin with p = σ(θ)."""
        return self.model_copy(update={"heads": int(rng.binomial(self.tosses, sigmoid(theta)[0]))})


def _beta(a: float, b: float) -> Density:
    """Beta(a, b) in logit p, normalised."""
    facts = Facts(sample=lambda rng, count: _draws(a, b, rng, count))
    return Density(LogitEnergy(a, b, float(scipy.special.betaln(a, b))), _box(a, b), ("logit p",), facts)


def _moments(a: float, b: float) -> tuple[Array, Array]:
    mean = np.array([float(scipy.special.digamma(a) - scipy.special.digamma(b))])
    return mean, np.array([[float(scipy.special.polygamma(1, a) + scipy.special.polygamma(1, b))]])


def _box(a: float, b: float) -> Array:
    """Exponential tails e^{aθ} to the left and e^{−bθ} to the right ask for more than a Gaussian's."""
    mean, covariance = _moments(a, b)
    reach = box_of(mean, np.sqrt(np.diagonal(covariance)), 7.0)
    return np.asarray(reach + np.array([[-8 / a, 8 / b]]))


def _draws(a: float, b: float, rng: np.random.Generator, count: int) -> Array:
    """logit p as ln of a ratio of Gamma variates, in logarithms where they are tiny."""
    logs = [_log_gamma(shape, rng, count) for shape in (a, b)]
    return np.asarray(logs[0] - logs[1])[:, None]


def _log_gamma(shape: float, rng: np.random.Generator, count: int) -> Array:
    """ln G(shape) = ln G(shape + 1) + ln U/shape."""
    return np.asarray(np.log(rng.gamma(shape + 1, size=count)) + np.log1p(-rng.random(count)) / shape)
