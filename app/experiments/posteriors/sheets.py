"""Prior × likelihood = posterior on a grid, with Z as the volume under the product."""

from __future__ import annotations

from typing import Any

import numpy as np

from app.core.interfaces import Array
from app.experiments.events import Event, Holey
from app.experiments.posteriors.setting import Setting
from app.targets._base import Density
from app.targets._quadrature import log_densities

MAX_DIM = 2
LEAST = -1e300
"""ln of a density that vanishes on the whole grid."""


def without_sheets(setting: Setting) -> str | None:
    """Why there are no sheets although they were asked for; None where there are."""
    if setting.spec.sheets is None or setting.target.dim <= MAX_DIM:
        return None
    return f"sheets are drawn of at most {MAX_DIM} dimensions and the target has {setting.target.dim}"


def sheets_event(setting: Setting, resolution: tuple[int, int]) -> Event:
    """The ``sheets`` event.

    ``product`` = prior × likelihood in units of exp(``log_scale``), so that its volume (the trapezoid rule on this
    very grid) is ``volume`` = Z/exp(``log_scale``); ``product``/``volume`` is the posterior. ``likelihood`` is relative
    to its largest value. ``prior`` and ``likelihood`` are null where the target is no posterior.
    """
    target = setting.target
    axes = _axes(target.box, resolution)
    points = np.stack(np.meshgrid(*axes), axis=-1)
    rows = points.reshape(-1, target.dim)
    log_product = log_densities(target, rows).reshape(points.shape[:-1])
    scale = max(float(log_product.max()), LEAST)
    product = np.exp(log_product - scale)
    volume = float(_integral(product, axes))
    data = {
        "x": axes[0],
        "y": axes[1] if target.dim > 1 else np.zeros(1),
        "product": product if target.dim > 1 else product[None],
        "volume": volume,
        "log_scale": scale,
        "log_evidence": scale + float(np.log(volume)) if volume > 0 else None,
        "marginals": [_marginal(product, volume, axes, i) for i in range(target.dim)],
        **_parts(target, points),
    }
    return Event("sheets", data)


def _axes(box: Array, resolution: tuple[int, int]) -> list[Array]:
    return [np.linspace(low, high, count) for (low, high), count in zip(box, resolution, strict=False)]


def _integral(values: Array, axes: list[Array]) -> Array:
    """The trapezoid rule over the last axes of ``values``; rows are y."""
    for axis in axes:
        values = np.trapezoid(values, axis, axis=-1)
    return np.asarray(values)


def _marginal(product: Array, volume: float, axes: list[Array], i: int) -> dict[str, Any]:
    """The density of coordinate ``i``; holes where the grid holds no mass at all."""
    heights = product if product.ndim == 1 else np.trapezoid(product, axes[1 - i], axis=i)
    density = heights / volume if volume > 0 else np.full_like(heights, np.nan)
    return {"x": axes[i], "density": Holey(density)}


def _parts(target: Density, points: Array) -> dict[str, Any]:
    parts = target.facts.parts
    if parts is None:
        return {"prior": None, "likelihood": None}
    rows = points.reshape(-1, target.dim)
    shape = points.shape[:-1] if target.dim > 1 else (1, *points.shape[:-1])
    prior = np.exp(log_densities(parts.prior, rows)).reshape(shape)
    log_likelihood = log_densities(parts.misfit, rows).reshape(shape)
    return {"prior": Holey(prior), "likelihood": Holey(np.exp(log_likelihood - log_likelihood.max()))}
