"""The spectral density by stochastic Lanczos quadrature, against the exact spectrum."""

from __future__ import annotations

import numpy as np

from benchmarks.cases import Density
from benchmarks.comparison import Comparison
from benchmarks.peers._thalweg import built
from benchmarks.problems import DIGITS, MOONS_500, descended, forward_flops, name_of, problem
from benchmarks.row import Case, Goal
from benchmarks.spectra import l1_error

PROBES, STEPS = 10, 100
DESCENT = 300


def _cases(quick: bool) -> list[Case]:
    net = problem(MOONS_500, (16, 16), "float32") if quick else problem(DIGITS, (32,), "float32")
    net = descended(net, DESCENT)
    exact = {"eigenvalues": np.linalg.eigvalsh(built(net).hessian(net.theta.astype(np.float64)))}
    goals = (Goal("jax_lanczos", 2), Goal("hessian_eigenthings", 12), Goal("pyhessian", 12))
    flops = PROBES * STEPS * (4 * forward_flops(net) + 4 * STEPS * net.theta.size)
    label = f"P = {net.theta.size:,} ({name_of(net)})"
    return [Case(label, "density", Density(net, PROBES, STEPS), 0.05, goals, flops, l1_error, exact)]


ROW = Comparison("f", f"The spectral density: {PROBES} probes of {STEPS} steps", _cases)
