"""A slice of an objective along one or two directions: an objective itself, of as many coordinates."""

from __future__ import annotations

from app.core.interfaces import Array, Objective


class Slice:
    """g(c) = f(θ₀ + Σ cₖ δₖ), with derivatives by the chain rule: ∇g = D∇f and ∇²g = D ∇²f Dᵀ.

    Args:
        objective: f, of ``d`` parameters.
        origin: θ₀, ``(d,)``.
        directions: D, ``(k, d)``: one direction δₖ a row, of any length and angle.
    """

    def __init__(self, objective: Objective, origin: Array, directions: Array) -> None:
        self.objective = objective
        self.origin = origin
        self.directions = directions
        self.dim = len(directions)

    def point(self, coordinates: Array) -> Array:
        """θ of coordinates: ``(..., k) -> (..., d)``."""
        point: Array = self.origin + coordinates @ self.directions
        return point

    def value(self, theta: Array) -> Array:
        """g at coordinates ``(..., k)``."""
        return self.objective.value(self.point(theta))

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(g, ∇g): ``(..., k) -> ((...), (..., k))``."""
        value, gradient = self.objective.value_and_gradient(self.point(theta))
        return value, gradient @ self.directions.T

    def hvp(self, theta: Array, v: Array) -> Array:
        """D ∇²f Dᵀ v, one Hessian-vector product of f."""
        product: Array = self.objective.hvp(self.point(theta), v @ self.directions) @ self.directions.T
        return product

    def hessian(self, theta: Array) -> Array:
        """D ∇²f Dᵀ: ``(..., k) -> (..., k, k)``, by ``k`` Hessian-vector products of f."""
        products = self.objective.hvp(self.point(theta)[..., None, :], self.directions)
        hessian: Array = products @ self.directions.T
        return (hessian + hessian.swapaxes(-1, -2)) / 2

    def parameter_names(self, most: int) -> tuple[str, ...]:
        """Names of the coordinates, ``a`` and ``b``."""
        return ("a", "b")[: min(most, self.dim)]
