"""The plane of eigenvectors bends, along its axes, by the eigenvalues that it states."""

from __future__ import annotations

import numpy as np
import pytest

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.landscapes.planes.eigenvectors import EigenvectorsPlane
from tests.curvature.operators import classifier
from tests.landscapes.toys import Quartic

OBJECTIVES: dict[str, tuple[Objective, Array]] = {
    "two parameters": (Quartic(2), np.array([0.3, -0.2])),
    "exact": (Quartic(30), np.linspace(-0.5, 0.5, 30)),
    "lanczos": classifier(8),
}
each_objective = pytest.mark.parametrize("name", OBJECTIVES)


@each_objective
@pytest.mark.parametrize(("pair", "which"), [("top_two", [-1, -2]), ("top_and_bottom", [-1, 0])])
def test_the_directions_are_unit_eigenvectors_of_the_stated_eigenvalues(name: str, pair: str, which: list[int]) -> None:
    objective, origin = OBJECTIVES[name]
    plane = EigenvectorsPlane.model_validate({"kind": "eigenvectors", "pair": pair}).directions(objective, origin)
    hessian = objective.hessian(origin)
    assert plane.eigenpairs is not None
    values, residuals = plane.eigenpairs
    size = np.linalg.norm(hessian, 2)
    np.testing.assert_allclose(values, np.linalg.eigvalsh(hessian)[which], atol=1e-9 * size)
    np.testing.assert_allclose(plane.basis @ plane.basis.T, np.eye(2), atol=1e-9)
    np.testing.assert_allclose(plane.basis @ hessian @ plane.basis.T, np.diag(values), atol=1e-7 * size)
    assert np.all(residuals <= 1e-6 * size)


@each_objective
def test_the_loss_bends_along_each_axis_by_its_eigenvalue(name: str) -> None:
    objective, origin = OBJECTIVES[name]
    plane = EigenvectorsPlane(pair="top_and_bottom").directions(objective, origin)
    assert plane.eigenpairs is not None
    h = 1e-4
    for direction, value in zip(plane.basis, plane.eigenpairs[0], strict=True):
        ahead, here, behind = objective.value(origin + h * np.array([1, 0, -1])[:, None] * direction)
        assert (ahead - 2 * here + behind) / h**2 == pytest.approx(value, abs=1e-4 * max(1, abs(value)))


def test_a_falling_axis_is_labelled_with_a_minus_sign() -> None:
    plane = EigenvectorsPlane(pair="top_and_bottom").directions(*OBJECTIVES["lanczos"])
    assert plane.eigenpairs is not None and plane.eigenpairs[0][1] < 0
    assert plane.labels[1].startswith("smallest, λ = −")


def test_one_parameter_has_no_plane_of_eigenvectors() -> None:
    with pytest.raises(SpecError, match="at least 2 parameters") as refused:
        EigenvectorsPlane().directions(Quartic(1), np.zeros(1))
    assert refused.value.pointer == "/kind"


def test_a_hessian_that_is_not_finite_is_refused() -> None:
    for objective in (Quartic(2), classifier(8)[0]):
        with pytest.raises(SpecError, match="not finite") as refused:
            EigenvectorsPlane().directions(objective, np.full(objective.dim, np.nan))
        assert refused.value.pointer == "/kind"


class Rotating(Quartic):
    """A product that answers differently each time: no Lanczos converges on it."""

    calls = 0

    def hvp(self, theta: Array, v: Array) -> Array:
        self.calls += 1
        return v * np.cos(self.calls * np.arange(self.dim))


def test_eigenvectors_that_do_not_converge_are_not_drawn() -> None:
    with pytest.raises(SpecError, match="did not converge") as refused:
        EigenvectorsPlane().directions(Rotating(80), np.zeros(80))
    assert refused.value.pointer == "/pair"
