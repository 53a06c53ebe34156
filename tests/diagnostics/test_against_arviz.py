"""ArviZ defines these diagnostics; ours agree with it to 1e-10 on chains of every temperament."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from arviz_stats.base import array_stats as arviz

from app.diagnostics.energy import bfmi
from app.diagnostics.ess import autocorrelation, ess_bulk, ess_mean, ess_quantile, ess_tail
from app.diagnostics.mcse import mcse_mean, mcse_quantile, mcse_sd
from app.diagnostics.pareto import pareto_k, pareto_smoothed
from app.diagnostics.rhat import nested_rhat, rhat
from tests.diagnostics.chains import autoregressive, rng


def drifting() -> np.ndarray:
    return autoregressive(0.5, (4, 60), 3) + np.linspace(0, 3, 60)


def apart() -> np.ndarray:
    return autoregressive(0.3, (6, 50), 4) * np.arange(1, 7)[:, None] + np.arange(6)[:, None]


CHAINS = {
    "independent": autoregressive(0.0, (4, 250), 0),
    "slow": autoregressive(0.98, (4, 301), 1),
    "antithetic": autoregressive(-0.8, (4, 100), 2),
    "drifting": drifting(),
    "apart": apart(),
    "heavy": rng(5).standard_cauchy((8, 77)),
    "ties": np.round(autoregressive(0.9, (4, 120), 6)),
    "short": rng(7).standard_normal((2, 5)),
    "shortest": rng(8).standard_normal((4, 4)),
}
every_kind = pytest.mark.parametrize("x", CHAINS.values(), ids=CHAINS)
close = {"rtol": 1e-10, "atol": 1e-13}

PAIRS: dict[str, tuple[Callable[[np.ndarray], np.ndarray], Callable[[np.ndarray], object]]] = {
    "rhat": (rhat, lambda x: arviz.rhat(x)),
    "ess_bulk": (ess_bulk, lambda x: arviz.ess(x)),
    "ess_tail": (ess_tail, lambda x: arviz.ess(x, method="tail", prob=(0.05, 0.95))),
    "ess_mean": (ess_mean, lambda x: arviz.ess(x, method="mean")),
    "ess_quantile": (lambda x: ess_quantile(x, 0.3), lambda x: arviz.ess(x, method="quantile", prob=0.3)),
    "mcse_mean": (mcse_mean, lambda x: arviz.mcse(x)),
    "mcse_sd": (mcse_sd, lambda x: arviz.mcse(x, method="sd")),
    "mcse_quantile": (lambda x: mcse_quantile(x, 0.1), lambda x: arviz.mcse(x, method="quantile", prob=0.1)),
    "bfmi": (bfmi, lambda x: arviz.bfmi(x)),
    "nested_rhat": (
        lambda x: nested_rhat(x, x.shape[-2] // 2),
        lambda x: arviz.rhat_nested(x, superchain_ids=np.repeat([0, 1], len(x) // 2)),
    ),
}


@every_kind
@pytest.mark.parametrize(("ours", "theirs"), PAIRS.values(), ids=PAIRS)
def test_a_diagnostic_is_the_one_of_arviz(
    ours: Callable[[np.ndarray], np.ndarray], theirs: Callable[[np.ndarray], object], x: np.ndarray
) -> None:
    np.testing.assert_allclose(ours(x), theirs(x), **close)


@pytest.mark.parametrize("ours", [ours for ours, _ in PAIRS.values()], ids=PAIRS)
def test_parameters_in_a_batch_are_judged_one_by_one(ours: Callable[[np.ndarray], np.ndarray]) -> None:
    x = np.stack([autoregressive(rho, (4, 80), seed) for seed, rho in enumerate((0.0, 0.9, -0.5))])
    np.testing.assert_allclose(ours(x), [ours(one) for one in x], rtol=1e-12)


@pytest.mark.parametrize("kind", ["independent", "slow", "heavy", "drifting", "apart"])
def test_the_shape_of_a_tail_is_the_one_of_arviz(kind: str) -> None:
    x = CHAINS[kind]
    np.testing.assert_allclose(pareto_k(x), arviz.pareto_khat(x), **close)


@pytest.mark.parametrize(("n", "scale"), [(30, 1.0), (200, 0.5), (1000, 1.0), (5000, 3.0)])
def test_smoothed_weights_are_those_of_arviz(n: int, scale: float) -> None:
    log_weights = scale * rng(n).standard_exponential(n)
    weights, k = arviz.psislw(-log_weights)
    smoothed = pareto_smoothed(log_weights)
    np.testing.assert_allclose(smoothed.k, k, **close)
    np.testing.assert_allclose(smoothed.log_weights, weights, rtol=1e-10, atol=1e-10)


@pytest.mark.parametrize("rho", [-0.8, 0.0, 0.9])
def test_the_autocorrelation_of_one_chain_is_the_one_of_arviz(rho: float) -> None:
    x = autoregressive(rho, (1, 200), 9)
    np.testing.assert_allclose(autocorrelation(x, 50), arviz.autocorr(x[0])[:51], **close)
