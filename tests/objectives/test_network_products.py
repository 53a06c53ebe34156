"""Products with a network's Hessian, piece by piece of the examples."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given

from app.core.interfaces import Array
from app.core.threads import allowing
from app.objectives import _network_hessian, _network_products, _network_stations
from app.objectives._network_products import pieces
from app.objectives.network import Noise
from tests.curvature.operators import classifier
from tests.objectives.networks import Case, cases, close

SAME = 1e-12


@pytest.fixture(scope="module")
def crumbs() -> Iterator[None]:
    """Pieces of one example, matrices multiplied row by row, everything shared out."""
    with pytest.MonkeyPatch.context() as patch:
        for name in "PIECE_BYTES", "HALVED_BYTES", "SHARED_NUMBERS":
            patch.setattr(_network_products, name, 0)
        for name in "STEP", "EXAMPLES":
            patch.setattr(_network_products, name, 1)
        patch.setattr(_network_products, "ABREAST", 2)
        patch.setattr(_network_stations, "UNPACKED", 0)
        patch.setattr(_network_stations, "FEWEST", 1)
        yield


def one_by_one(case: Case, directions: Array) -> Array:
    """Each direction with a θ of its own, all examples at once."""
    return case.network.hvp(np.tile(case.theta, (len(directions), 1)), directions)


@pytest.mark.usefixtures("crumbs")
@given(cases())
def test_crumbs_add_up_to_the_whole(case: Case) -> None:
    assert len(pieces(case.network.architecture, case.network.examples, 8)) == case.network.examples
    directions = np.random.default_rng(0).standard_normal((5, case.network.dim))
    close(case.network.hvp_at(case.theta)(directions), one_by_one(case, directions), SAME)


@pytest.mark.usefixtures("crumbs")
@given(cases())
def test_threads_and_company_do_not_show(case: Case) -> None:
    directions = np.random.default_rng(0).standard_normal((5, case.network.dim))
    found = []
    for count in 1, 2:
        with allowing(count):
            product = case.network.ggn_at(case.theta)
            found += [product(directions), np.stack([product(one) for one in directions])]
    for other in found[1:]:
        np.testing.assert_array_equal(other, found[0])


@pytest.mark.parametrize("count", [1, 15, 16, 17, 1_797, 50_000])
def test_pieces_are_all_examples_and_about_equal(count: int) -> None:
    net, _ = classifier(12)
    found = pieces(net.architecture, count, 8)
    sizes = [piece.stop - piece.start for piece in found]
    assert [i for piece in found for i in range(piece.start, piece.stop)] == list(range(count))
    assert len(set(sizes[:-1])) <= 1 and sizes[-1] <= sizes[0]


@pytest.mark.usefixtures("crumbs")
def test_examples_whose_place_matters_stay_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_network_hessian, "PART_NUMBERS", 1)
    net, theta = classifier(12)
    dropped = net.disturbed(Noise(dropout=0.3), 0, 0)
    directions = np.random.default_rng(0).standard_normal((2, net.dim))
    whole = dropped.hvp(np.tile(theta, (2, 1)), directions)
    close(dropped.hvp_at(theta)(directions), whole, SAME)
    close(directions @ dropped.hessian(theta), whole, SAME)
