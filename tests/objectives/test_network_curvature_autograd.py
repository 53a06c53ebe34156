"""The engine's curvature against another library's automatic differentiation of the same random networks."""

from __future__ import annotations

from typing import Any

import autograd.numpy as anp
import numpy as np
import pytest
from autograd import hessian, jacobian
from hypothesis import assume, given

from app.core.interfaces import Array
from app.core.spec import kind_of
from tests.objectives.networks import Case, cases, close, margin
from tests.objectives.test_network_autograd import CLEAR_OF_KINKS, PENALTIES, loss, outputs

AGREES = 1e-9

pytestmark = pytest.mark.filterwarnings("ignore:Output seems independent of input")  # what is linear has no curvature


def penalties(case: Case, theta: Any) -> Any:
    weights = case.network.architecture.weights
    return 0.0 * anp.sum(theta) + sum(
        own.strength * PENALTIES[kind_of(type(own))](own, theta[np.flatnonzero(own.mask(weights))])
        for own in case.network.regularisers
    )


def gauss_newton(case: Case) -> Array:
    """JᵀJ·∇²ℓ: the Hessian of the loss once the outputs are made linear in θ at the case's own."""
    here = outputs(case.network, case.theta)
    slopes = jacobian(lambda theta: anp.ravel(outputs(case.network, theta)))(case.theta)

    def straightened(theta: Any) -> Any:
        return anp.reshape(anp.ravel(here) + slopes @ (theta - case.theta), here.shape)

    return np.asarray(hessian(lambda theta: loss_of(case, straightened(theta)))(case.theta))


def loss_of(case: Case, said: Any) -> Any:
    """The mean loss of given outputs, by the definition that the gradient's test writes out."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("tests.objectives.test_network_autograd.outputs", lambda network, theta: said)
        return loss(case, said)


@given(cases())
def test_the_curvature_is_that_of_another_library(case: Case) -> None:
    assume(margin(case) > CLEAR_OF_KINKS)
    assume(all(kind_of(type(own)) in PENALTIES for own in case.network.regularisers))
    network, theta = case.network, case.theta
    with np.errstate(all="ignore"):
        of_loss = hessian(lambda t: loss(case, t))(theta)
        of_penalties = hessian(lambda t: penalties(case, t))(theta)
        straight = gauss_newton(case)
    known = of_loss + of_penalties
    assume(np.isfinite(known).all())
    directions = case.rng.standard_normal((3, network.dim))
    close(network.hessian(theta), known, AGREES)
    close(network.hvp(theta, directions), directions @ known, AGREES)
    close(network.hessian_diagonal(theta), np.diagonal(known), AGREES)
    close(network.gauss_newton(theta), straight + of_penalties, AGREES)
