"""Krylov spaces grow alike whoever has them: here, with a helper that keeps its half, and after it is gone."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import numpy as np
import pytest

from app.core import helpers
from app.core.threads import allowing
from app.curvature import quadrature
from app.curvature.products import Product, product_at
from app.curvature.quadrature import GaussQuadratures, Growing, Task
from tests.curvature.operators import classifier

Change = Callable[[Growing], Growing]


def work(product: Product | None = None) -> GaussQuadratures:
    net, theta = classifier(8)
    starts = np.random.default_rng(1).standard_normal((5, net.dim))
    return GaussQuadratures(product or product_at(net, theta), starts, 30)


def some(growing: Growing, again: GaussQuadratures, pieces: int) -> Growing:
    for _ in range(pieces):
        growing = again.advance(growing)
    return growing


def filled(growing: Growing) -> list[np.ndarray]:
    return [np.array(spaces.basis[:, : spaces.size + 1]) for spaces in growing.halves]


def travelled(growing: Growing) -> Growing:
    found: Growing = pickle.loads(pickle.dumps(growing))
    return found


def alone(growing: Growing) -> Growing:
    helpers.dismiss()
    return growing


@pytest.mark.parametrize("change", [None, travelled, alone])
def test_spaces_are_the_same_whoever_has_them(change: Change | None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quadrature, "STEPS", 1)
    expected = filled(some(work().begin(), work(), 6))
    mine = work()
    with allowing(2):
        growing = some(mine.begin(), mine, 3)
        found = filled(some(change(growing) if change else growing, mine, 3))
    for one, other in zip(expected, found, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_state_can_be_gone_on_from_twice_though_the_helper_is_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quadrature, "STEPS", 1)
    mine = work()
    with allowing(2):
        early = some(mine.begin(), mine, 2)
        first = filled(some(early, mine, 2))
        second = filled(some(early, mine, 2))
    for one, other in zip(first, second, strict=True):
        np.testing.assert_array_equal(one, other)


def test_a_helper_is_not_sent_what_it_has(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(quadrature, "STEPS", 1)
    sent: list[list[bool]] = []

    def dealt_out(work: Callable[..., object], owner: object, tasks: list[Task]) -> list[object]:
        sent.append([task.spaces is not None for task in tasks])
        return list(helpers.dealt_out(work, owner, tasks))

    monkeypatch.setattr(quadrature, "dealt_out", dealt_out)
    mine = work()
    with allowing(2):
        some(mine.begin(), mine, 4)
    assert sent[0] == [True, True]
    assert all(one == [True, False] for one in sent[1:])
