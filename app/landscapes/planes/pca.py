"""The plane of a trajectory's principal components."""

from __future__ import annotations

from typing import Literal

import numpy as np
import scipy

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.core.spec import control
from app.landscapes._plane import Directions, Plane, bounding_window
from app.landscapes._random_walk import random_walk_explained

STRAIGHT = 1e-10
"""A second component this much shorter than the first is rounding: the points lie on a line."""


class PcaPlane(Plane):
    """The two orthonormal directions along which the trajectory's points vary most about their mean.

    The plane passes through the last point (where slice and true loss then agree) or through the mean. A component's
    sign makes its largest entry positive. ``explained`` is variance along it over total variance; beside it stands
    what a random walk of as many points would show (Antognini & Sohl-Dickstein 2018): about 6/π² = 61 % and 15 %.
    """

    kind: Literal["pca"] = "pca"
    title = "PCA of the trajectory"
    summary = (
        "The plane in which the trajectory varies most. Even a random walk's first component explains about 61 %: "
        "compare before reading anything into the shape."
    )
    reference = (
        "Li, Xu, Taylor, Studer & Goldstein 2018, Visualizing the loss landscape of neural nets, NeurIPS, section 7"
    )
    formula = r"C = \tfrac1m \sum_i (\theta_i - \bar\theta)(\theta_i - \bar\theta)^\top, \quad C u_k = \lambda_k u_k"

    centre: Literal["last", "mean"] = control(
        "last", "Centre", description="the point of the plane with coordinates (0, 0)"
    )

    def directions(self, objective: Objective, origin: Array, points: Array | None = None) -> Directions:
        trajectory = _usable(points)
        mean = trajectory.mean(axis=0)
        centred = trajectory - mean
        x, y, explained = principal_components(centred)
        centre = trajectory[-1] if self.centre == "last" else mean
        return Directions(
            x,
            y,
            labels=("first principal component", "second principal component"),
            explained=explained,
            random_walk_explained=random_walk_explained(*trajectory.shape),
            origin=centre,
            window=bounding_window((trajectory - centre) @ np.stack([x, y]).T),
        )


def principal_components(centred: Array) -> tuple[Array, Array, tuple[float, float]]:
    """First two principal directions of points ``(m, d)`` of mean zero, and the fraction of variance along each.

    The second is found after the first is taken out, so that it is exact however much shorter it is.

    Raises:
        SpecError: the points lie on a line (to ``STRAIGHT``, relative).
    """
    size = np.abs(centred).max()
    if size == 0:
        raise SpecError("all points of the trajectory are the same; raise the learning rate or the steps", "/kind")
    scaled = centred / size
    total = np.sum(scaled**2)
    x, first = _component(scaled)
    y, second = _component(scaled - (scaled @ x)[:, None] * x)
    if second <= STRAIGHT**2 * first:
        raise SpecError(
            "the trajectory lies on a straight line and has no second component; "
            'use "directions" with one direction for a line, or "random"',
            "/kind",
        )
    y -= (y @ x) * x
    return x, y / np.linalg.norm(y), (float(first / total), float(second / total))


def _component(centred: Array) -> tuple[Array, float]:
    """Unit direction of largest scatter, and the scatter along it."""
    tall = centred.shape[0] > centred.shape[1]
    gram = centred.T @ centred if tall else centred @ centred.T
    last = len(gram) - 1
    _, vectors = scipy.linalg.eigh(gram, subset_by_index=[last, last])
    direction = vectors[:, 0] if tall else centred.T @ vectors[:, 0]
    length = np.linalg.norm(direction)
    unit = direction / (length if length > 0 else 1)
    unit *= np.sign(unit[np.argmax(np.abs(unit))])
    return unit, float(np.sum((centred @ unit) ** 2))


def _usable(points: Array | None) -> Array:
    if points is None:
        raise SpecError("pca is fitted to a trajectory and there is none; add a run, or use another plane", "/kind")
    if len(points) < 3:
        raise SpecError(f"pca needs at least 3 points and the trajectory has {len(points)}; take more steps", "/kind")
    if points.shape[1] < 2:
        raise SpecError('pca needs at least 2 parameters and the objective has 1; use "axes"', "/kind")
    return points
