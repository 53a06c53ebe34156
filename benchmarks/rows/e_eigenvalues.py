"""The ten largest eigenvalues, by products alone."""

from __future__ import annotations

from benchmarks.cases import Spectrum
from benchmarks.comparison import Comparison
from benchmarks.problems import DIGITS, descended, forward_flops, name_of, problem
from benchmarks.row import Case, Goal

TOP, TOLERANCE = 10, 1e-6
DESCENT = 50
PRODUCTS = 40
"""About as many are needed; each is worth four forward passes."""


def _cases(quick: bool) -> list[Case]:
    nets = [
        descended(problem(DIGITS, hidden, "float64"), DESCENT) for hidden in ((32,), (256, 32))[: 1 if quick else 2]
    ]
    cases = []
    for net in nets:
        rivals = ("torch_func", "jax_jit", "hessian_eigenthings", "pyhessian")
        goals = (*(Goal(name, 1.25) for name in rivals), Goal("curvlinops", 5))
        label = f"P = {net.theta.size:,} ({name_of(net)})"
        flops = PRODUCTS * 4 * forward_flops(net)
        cases.append(Case(label, "spectrum", Spectrum(net, TOP, TOLERANCE), 2e-4, goals, flops))
    return cases


ROW = Comparison("e", "The ten largest eigenvalues, to 1e-6", _cases)
