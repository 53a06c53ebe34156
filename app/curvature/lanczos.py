"""Lanczos with full reorthogonalisation, and the quadrature that it is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.linalg import eigh_tridiagonal

from app.core.interfaces import Array
from app.curvature.products import Product


class Quadrature(NamedTuple):
    """Σ weights·g(nodes) ≈ vᵀ g(A) v for a unit vector v, exact for polynomials g of degree 2·len(nodes) − 1."""

    nodes: Array
    weights: Array


def tridiagonal(product: Product, start: Array, steps: int) -> tuple[Array, Array]:
    """(diagonal α, off-diagonal β) of QᵀAQ, Q an orthonormal basis of span{v, Av, …, A^{steps−1}v}.

    Each new vector is made orthogonal to all before it, twice ("twice is enough", Parlett 1998, section 6.9), so that
    no eigenvalue comes out as a cluster of copies. Ends early where the space is invariant: then the projection is
    exact. Keeps ``steps × d`` numbers.

    Reference: Golub & Van Loan 2013, Matrix computations, Algorithm 10.1.1 and section 10.3.
    """
    basis = np.zeros((min(steps, start.size), start.size))
    basis[0] = start / np.linalg.norm(start)
    diagonal, off = np.zeros(len(basis)), np.zeros(len(basis))
    for j in range(len(basis)):
        vector = np.array(product(basis[j]))
        diagonal[j] = vector @ basis[j]
        scale = float(np.linalg.norm(vector))
        for _ in range(2):
            vector -= (basis[: j + 1] @ vector) @ basis[: j + 1]
        off[j] = np.linalg.norm(vector)
        if off[j] <= 1e-12 * max(scale, float(np.abs(diagonal[: j + 1]).max())):
            return diagonal[: j + 1], off[:j]
        if j + 1 < len(basis):
            basis[j + 1] = vector / off[j]
    return diagonal, off[:-1]


def quadrature(product: Product, start: Array, steps: int) -> Quadrature:
    """Gauss quadrature of the spectral measure of A at ``start``, by Lanczos.

    Reference: Golub & Welsch 1969, Calculation of Gauss quadrature rules; Ubaru, Chen & Saad 2017, Fast estimation of
    tr(f(A)) via stochastic Lanczos quadrature, Algorithm 1.
    """
    nodes, vectors = eigh_tridiagonal(*tridiagonal(product, start, steps))
    return Quadrature(nodes, vectors[0] ** 2)
