"""Our own, through the jobs that the server runs and the contracts of ``app``."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Answer, Chains, Density, Encoding, Hessian, Prepared, Problem, Spectrum, Surface, Training
from benchmarks.peers._thalweg import Ours, built, collected, complete, encoding, parsed, plain, posterior, training


class Thalweg(Ours):
    """This product."""

    title = "**Thalweg**"
    packages = ("numpy", "scipy")

    def surface(self, task: Surface) -> Prepared:
        """The landscape job, its coarse pass included."""
        net, side = task.problem, len(task.axis)
        low, high = float(task.axis[0]), float(task.axis[-1])
        spec = parsed(
            "landscape",
            objective=net.spec,
            plane={"kind": "directions", "x": task.x.tolist(), "y": task.y.tolist()},
            origin={"parameters": net.theta.tolist()},
            window=[low, high, low, high],
            resolution=[side, side],
            precision=net.dtype,
        )

        def answer(events: list[Any]) -> Answer:
            return {"loss": plain(collected("landscape", events)["loss"])}

        return Prepared(lambda: complete("landscape", spec), answer)

    def training(self, task: Training) -> Prepared:
        """The run job, every step recorded as it saw the objective."""
        return training(task, "batch")

    def hessian(self, task: Hessian) -> Prepared:
        """``Objective.hessian``."""
        objective, theta = built(task.problem), task.problem.theta
        return Prepared(lambda: objective.hessian(theta), lambda found: {"hessian": found})

    def spectrum(self, task: Spectrum) -> Prepared:
        """All: the Hessian job. Some: :func:`app.curvature.extreme.extreme` on exact products."""
        return self._all(task) if task.top is None else self._some(task.problem, task.top, task.tolerance)

    def _all(self, task: Spectrum) -> Prepared:
        from app.experiments import hessian_stages

        spec = parsed("hessian", objective=task.problem.spec, parameters=task.problem.theta.tolist())

        def run() -> list[Any]:
            hessian_stages.plan.cache_clear()
            hessian_stages.point_at.cache_clear()  # else only the first repeat would pass forward and backward
            return complete("hessian", spec)

        return Prepared(run, lambda events: _ascending(collected("hessian", events)["eigenvalues"]))

    def density(self, task: Density) -> Prepared:
        """Every probe's quadrature, from the linearisation on."""
        from app.core.work import complete as whole
        from app.curvature.density import abreast, probing
        from app.curvature.products import product_at

        objective, theta = built(task.problem), task.problem.theta

        def run() -> list[Any]:
            product = product_at(objective, theta)
            kind = task.steps, task.problem.dtype
            groups = abreast(theta.size, task.probes, task.steps)
            return [q for some in groups for q in whole(probing(product, theta.size, task.probes, some, *kind))]

        return Prepared(run, _quadrature)

    def chains(self, task: Chains) -> Prepared:
        """The posterior job; nothing is shown on the way, moments and diagnostics are of every draw."""
        return posterior(task)

    def encoding(self, task: Encoding) -> Prepared:
        """The stream that the page reads: binary messages."""
        return encoding(task)

    def _some(self, problem: Problem, top: int, tolerance: float) -> Prepared:
        from app.curvature.extreme import extreme
        from app.curvature.products import product_at

        objective, theta = built(problem), problem.theta

        def run() -> Any:
            return extreme(product_at(objective, theta), theta.size, top, 0, tolerance)

        return Prepared(run, lambda pairs: _ascending(pairs.values))


def _ascending(values: Any) -> Answer:
    return {"eigenvalues": np.sort(plain(values))}


def _quadrature(found: list[Any]) -> Answer:
    return {"nodes": np.stack([one.nodes for one in found]), "weights": np.stack([one.weights for one in found])}
