"""Symmetric matrices with spectra of many shapes, and networks, as operators."""

from __future__ import annotations

import numpy as np

from app.activations.tanh import Tanh
from app.core.interfaces import Array
from app.curvature.products import Product
from app.losses.cross_entropy import CrossEntropy
from app.objectives.network import Network
from tests.objectives.networks import examples, network


def with_spectrum(eigenvalues: Array, seed: int = 0) -> Array:
    """A symmetric matrix with these eigenvalues and random eigenvectors."""
    draw = np.random.default_rng(seed).standard_normal((len(eigenvalues), len(eigenvalues)))
    basis = np.linalg.qr(draw)[0]
    matrix = (basis * eigenvalues) @ basis.T
    return np.asarray((matrix + matrix.T) / 2)


def product_with(matrix: Array) -> Product:
    """v ↦ Av, batched."""
    return lambda v: v @ matrix


SPECTRA = {
    "positive definite": np.linspace(0.1, 5.0, 120),
    "indefinite": np.random.default_rng(0).normal(0, 1, 150),
    "negative definite": -np.geomspace(1e-3, 10.0, 80),
    "outliers on a bulk": np.r_[np.full(3, 0.0), np.random.default_rng(1).normal(0, 0.01, 150), 3.0, 5.0, 9.0, -1.0],
    "of low rank": np.r_[np.zeros(140), 1.0, 2.0, 3.0, 4.0],
    "tiny": 1e-9 * np.linspace(-1.0, 2.0, 90),
    "huge": 1e12 * np.linspace(-1.0, 2.0, 90),
}


def classifier(units: int = 12, seed: int = 0) -> tuple[Network, Array]:
    """A 4-units-units-3 network on random examples, and a point."""
    data = examples(60, 4, classes=3, seed=seed)
    net = network(data, ((units, Tanh()), (units, Tanh())), CrossEntropy())
    return net, np.random.default_rng(seed).normal(0, 0.6, net.dim)
