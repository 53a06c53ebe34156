"""The full Hessian, alone and with all its eigenvalues."""

from __future__ import annotations

from itertools import combinations, pairwise

from benchmarks.cases import Hessian, Problem, Spectrum
from benchmarks.comparison import Comparison
from benchmarks.problems import DIGITS, MOONS_200, MOONS_500, name_of, problem
from benchmarks.row import Case, Goal


def _cases(quick: bool) -> list[Case]:
    nets = [
        (problem(MOONS_200, (8, 8), "float64"), (6, 17)),
        (problem(MOONS_500, (16, 16), "float64"), (18, 22)),
        (problem(MOONS_500, (29, 29), "float64"), (10, 18)),
        (problem(DIGITS, (32,), "float64"), (20, 45)),
    ]
    some = nets[: 2 if quick else None]
    matrices = [_matrix(net, *goals) for net, goals in some]
    spectra = [] if quick else [_spectrum(nets[2][0], 2.8), _spectrum(nets[3][0], 3.7)]
    return [*matrices, *spectra]


def _matrix(net: Problem, jax: float, torch: float) -> Case:
    goals = (Goal("jax_jit", jax), Goal("torch_func", torch))
    label = f"H, P = {net.theta.size:,} ({name_of(net)})"
    return Case(label, "hessian", Hessian(net), 1e-10, goals, _flops(net))


def _spectrum(net: Problem, jax: float) -> Case:
    label = f"H and all eigenvalues, P = {net.theta.size:,}"
    return Case(label, "spectrum", Spectrum(net, None, 0.0), 1e-10, (Goal("jax_jit", jax),))


def _flops(net: Problem) -> float:
    """Of the products with Khatri–Rao products, the least known: a quarter of a layer with itself, all of a pair."""
    layers = [(fan_in + 1, fan_out) for fan_in, fan_out in pairwise(net.sizes)]
    own = sum(w * (w + 1) * h * (h + 1) / 4 for w, h in layers)
    pairs = sum(w * h * v * g for (w, h), (v, g) in combinations(layers, 2))
    return 2.0 * len(net.inputs) * (own + pairs)


ROW = Comparison("d", "The full Hessian, in double precision", _cases)
