"""The answer for eight schools: Gaussian given τ, and one integral over ln τ."""

from __future__ import annotations

import numpy as np

from app.core.inference import Reference
from app.core.interfaces import Array
from app.targets._energies import LOG_2PI

EFFECTS = np.array([28.0, 8.0, -3.0, 7.0, -1.0, 1.0, 18.0, 12.0])
ERRORS = np.array([15.0, 10.0, 16.0, 11.0, 9.0, 11.0, 10.0, 18.0])
SCHOOLS = len(EFFECTS)
POINTS = 4_001
RANGE = (-40.0, 25.0)


def schools_reference(scale: float, cauchy: float, centred: bool) -> Reference:
    """Moments in (μ, ln τ, θ) or (μ, ln τ, η), and ln Z.

    The integrand falls as τ to the left, so that the range leaves out e⁻⁴⁰, and as τ⁻⁸ to the right.
    """
    log_tau = np.linspace(*RANGE, POINTS)
    log_weights = _log_density(log_tau, scale, cauchy)
    coarse = _log_sum(log_weights[::2]) + np.log(2.0)
    fine = _log_sum(log_weights)
    share = np.exp(log_weights - fine)
    means, covariances = _conditional(log_tau, scale, centred)
    mean = share @ means
    away = means - mean
    covariance = np.einsum("t,tij->ij", share, covariances) + np.einsum("t,ti,tj->ij", share, away, away)
    step = log_tau[1] - log_tau[0]
    how = "Gaussian given τ, trapezoid rule over ln τ"
    return Reference(float(fine + np.log(step)), mean, covariance, how, float(max(abs(fine - coarse), 1e-14)))


def _log_sum(values: Array) -> float:
    top = values.max()
    return float(top + np.log(np.exp(values - top).sum()))


def _log_density(log_tau: Array, scale: float, cauchy: float) -> Array:
    """ln p(y, ln τ): yⱼ ~ N(μ, σⱼ² + τ²) with μ integrated out, and the half-Cauchy's density of ln τ."""
    variances = ERRORS**2 + np.exp(2 * log_tau)[:, None]
    precision = (1 / variances).sum(axis=1) + 1 / scale**2
    pull = (EFFECTS / variances).sum(axis=1)
    quadratic = (EFFECTS**2 / variances).sum(axis=1) - pull**2 / precision
    log_likelihood = -0.5 * (
        SCHOOLS * LOG_2PI + np.log(variances).sum(axis=1) + np.log(precision * scale**2) + quadratic
    )
    tau = np.exp(log_tau)
    return np.asarray(log_likelihood + np.log(2 / (np.pi * cauchy)) - np.log1p((tau / cauchy) ** 2) + log_tau)


def _conditional(log_tau: Array, scale: float, centred: bool) -> tuple[Array, Array]:
    """Mean ``(n, 10)`` and covariance ``(n, 10, 10)`` given τ; ln τ itself has none."""
    tau = np.exp(log_tau)
    variances = ERRORS**2 + tau[:, None] ** 2
    variance_mu = 1 / ((1 / variances).sum(axis=1) + 1 / scale**2)
    mean_mu = variance_mu * (EFFECTS / variances).sum(axis=1)
    shrink = tau[:, None] / variances
    # ηⱼ given μ: mean τ(yⱼ − μ)/(σⱼ² + τ²), variance σⱼ²/(σⱼ² + τ²).
    offset, slope, own = shrink * EFFECTS, -shrink, ERRORS**2 / variances
    if not centred:
        return _joined(log_tau, mean_mu, variance_mu, offset, slope, own)
    factor = tau[:, None]
    return _joined(log_tau, mean_mu, variance_mu, offset * factor, 1 + slope * factor, own * factor**2)


def _joined(
    log_tau: Array, mean_mu: Array, variance_mu: Array, offset: Array, slope: Array, own: Array
) -> tuple[Array, Array]:
    """School j given μ has mean offset + slope·μ and variance ``own``."""
    count = len(log_tau)
    means = np.concatenate([mean_mu[:, None], log_tau[:, None], offset + slope * mean_mu[:, None]], axis=1)
    lever = np.concatenate([np.ones((count, 1)), np.zeros((count, 1)), slope], axis=1)
    covariance = variance_mu[:, None, None] * lever[:, :, None] * lever[:, None, :]
    index = np.arange(2, SCHOOLS + 2)
    covariance[:, index, index] += own
    return means, covariance
