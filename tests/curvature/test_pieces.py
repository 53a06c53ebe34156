"""Long computations can be cut between any two pieces, carried to another process, and a piece run again."""

from __future__ import annotations

import pickle
from typing import Any

import numpy as np
import pytest

from app.core.work import Once, Work, complete
from app.curvature.density import probing
from app.curvature.extreme import Extreme
from app.curvature.products import product_at
from app.curvature.trace import HutchPlusPlus
from tests.curvature.operators import SPECTRA, classifier, product_with, with_spectrum

NET, THETA = classifier(12)
PRODUCT = product_at(NET, THETA)
LOW = product_with(with_spectrum(SPECTRA["of low rank"]))
WORKS: dict[str, Work[Any, Any]] = {
    "lanczos": Extreme(PRODUCT, NET.dim, 12, 12),
    "lanczos on multiple eigenvalues": Extreme(LOW, 144, 30, 30),
    "trace": HutchPlusPlus(PRODUCT, NET.dim),
    "exact trace": HutchPlusPlus(lambda v: v @ np.diag(np.arange(7.0)), 7),
    "quadratures": probing(PRODUCT, NET.dim, 5, range(1, 4), 40),
    "quadratures of an invariant space": probing(LOW, 144, 2, range(2), 40),
    "one piece": Once(lambda: np.arange(3.0)),
}


@pytest.mark.parametrize("work", WORKS.values(), ids=WORKS)
def test_cuts_and_repeated_pieces_do_not_show(work: Work[Any, Any]) -> None:
    state, pieces = work.begin(), 0
    while work.result(state) is None:
        before = pickle.dumps(state)
        work.advance(state)
        state, pieces = work.advance(pickle.loads(before)), pieces + 1
    assert pieces == 1 or not isinstance(work, Once)
    for cut, whole in zip(work.result(state), complete(work), strict=True):
        np.testing.assert_array_equal(cut, whole)


def test_restarts_happen_in_these_tests() -> None:
    work, widest = Extreme(PRODUCT, NET.dim, 12, 12), 0
    state = work.begin()
    while work.result(state) is None:
        state = work.advance(state)
        widest = max(widest, state.products)
    assert widest > len(state.space.projected)
