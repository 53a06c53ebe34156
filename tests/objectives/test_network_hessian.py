"""A network's Hessian is a function of θ alone, whatever its buffers were used for before and by whom."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from app.activations.leaky_relu import LeakyReLU
from app.activations.relu import ReLU
from app.activations.softplus import Softplus
from app.activations.tanh import Tanh
from app.core.interfaces import Array
from app.core.threads import allowing
from app.losses.cross_entropy import CrossEntropy
from app.losses.squared_error import SquaredError
from app.objectives import _network_hessian
from app.objectives.network import Network, Noise
from tests.objectives.networks import close, examples, network, parameters

SINGLE = 1e-4
ASKED: list[Callable[[Network, Array], Array]] = [Network.hessian, Network.gauss_newton, Network.hessian_diagonal]
NETWORKS: dict[str, Callable[[], Network]] = {
    "binary": lambda: network(examples(101, 2, 2), ((4, Tanh()), (3, ReLU()), (2, LeakyReLU())), CrossEntropy()),
    "classes, skipped, direct": lambda: network(
        examples(101, 3, 3), ((3, Softplus()), (3, Tanh()), (3, Tanh())), CrossEntropy(), residual=0.5, direct=True
    ),
    "numbers, no biases": lambda: network(
        examples(101, 2, 0, 2), ((4, Tanh()), (1, Tanh())), SquaredError(), biases=False
    ),
}
every = pytest.mark.parametrize("make", NETWORKS.values(), ids=NETWORKS)
each = pytest.mark.parametrize("ask", ASKED)


def places(net: Network, count: int) -> Array:
    return parameters(np.random.default_rng(0), count, net.dim)


@every
@each
def test_an_answer_is_its_readers_to_change(make: Callable[[], Network], ask: Callable[..., Array]) -> None:
    net = make()
    here, there = places(net, 2)
    found = ask(net, here)
    known = found.copy()
    ask(net, there)
    np.testing.assert_array_equal(found, known)
    found[...] = np.nan
    np.testing.assert_array_equal(ask(net, here), known)


@every
def test_what_was_not_finite_leaves_nothing_behind(make: Callable[[], Network]) -> None:
    net = make()
    (theta,) = places(net, 1)
    known = [ask(net, theta) for ask in ASKED]
    with np.errstate(all="ignore"):
        for broken in (np.full(net.dim, np.nan), theta * 1e200):
            for ask in ASKED:
                ask(net, broken)
    for ask, expected in zip(ASKED, known, strict=True):
        np.testing.assert_array_equal(ask(net, theta), expected)


@every
@pytest.mark.parametrize("numbers", [_network_hessian.PART_NUMBERS, 1])
def test_threads_may_ask_one_network_at_once(
    make: Callable[[], Network], numbers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(_network_hessian, "PART_NUMBERS", numbers)
    net = make()
    thetas = places(net, 8)
    known = [make().hessian(theta) for theta in thetas]

    def asked(theta: Array) -> Array:
        with allowing(2):
            return [net.hessian(theta) for _ in range(4)][-1]

    with ThreadPoolExecutor(3) as threads:
        for found, expected in zip(threads.map(asked, thetas), known, strict=True):
            np.testing.assert_array_equal(found, expected)


@every
@each
def test_neither_parts_nor_threads_nor_what_is_kept_show(
    make: Callable[[], Network], ask: Callable[..., Array], monkeypatch: pytest.MonkeyPatch
) -> None:
    net = make()
    (theta,) = places(net, 1)
    whole = ask(net, theta)
    monkeypatch.setattr(_network_hessian, "PART_NUMBERS", 1)
    found = []
    for count in (1, 2, 2):
        with allowing(count):
            found.append(ask(net, theta))
    monkeypatch.setattr(_network_hessian, "MOST_BYTES", 0)
    found.append(ask(make(), theta))
    for one in found:
        np.testing.assert_array_equal(one, found[0])
        close(one, whole, 1e-13)


@every
@each
def test_precisions_do_not_mix(make: Callable[[], Network], ask: Callable[..., Array]) -> None:
    net = make()
    (theta,) = places(net, 1)
    double, single = ask(net, theta), ask(net, theta.astype(np.float32))
    assert (double.dtype, single.dtype) == (np.float64, np.float32)
    close(single, double, SINGLE)
    np.testing.assert_array_equal(single, single.T)
    np.testing.assert_array_equal(ask(net, theta), double)
    np.testing.assert_array_equal(ask(net, theta.astype(np.float32)), single)


@each
def test_a_complex_place_is_refused(ask: Callable[..., Array]) -> None:
    net = NETWORKS["binary"]()
    with pytest.raises(TypeError, match="complex128"):
        ask(net, np.zeros(net.dim, complex))


def test_batches_of_every_size_are_right_though_the_latest_few_alone_are_kept() -> None:
    net, fresh = NETWORKS["binary"](), NETWORKS["binary"]
    (theta,) = places(net, 1)
    for size in (*range(1, 9), *range(8, 0, -1)):
        for some in (np.arange(size), np.arange(size) + 20):
            np.testing.assert_array_equal(net.subset(some).hessian(theta), fresh().subset(some).hessian(theta))
    assert len(net._mean.hessians._latest._kept) == _network_hessian.MOST_KEPT


def test_noise_is_seen_at_every_step() -> None:
    net = NETWORKS["classes, skipped, direct"]()
    (theta,) = places(net, 1)
    clean = net.hessian(theta)
    for noise in (Noise(dropout=0.5), Noise(inputs=0.3)):
        first, second = (net.disturbed(noise, 0, step).hessian(theta) for step in (1, 2))
        assert not np.array_equal(first, second)
        np.testing.assert_array_equal(net.disturbed(noise, 0, 1).hessian(theta), first)
    np.testing.assert_array_equal(net.hessian(theta), clean)
