"""Our own, through the jobs that the server runs and the contracts of ``app``."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from benchmarks.cases import Answer, Hessian, Prepared, Problem, Spectrum, Surface
from benchmarks.contender import Contender


def complete(job: str, spec: Any) -> list[Any]:
    """All events of a job, in one slice."""
    from app.experiments.jobs import JOBS

    return list(JOBS[job].advance(spec, None, math.inf).events)


def collected(job: str, events: list[Any]) -> dict[str, Any]:
    """The events as the one reply that a client gets."""
    from app.experiments.jobs import JOBS

    return JOBS[job].collect(events)


def parsed(job: str, **fields: Any) -> Any:
    """A validated spec."""
    from app.experiments.jobs import JOBS

    return JOBS[job].spec.model_validate(fields)


def built(problem: Problem) -> Any:
    """The objective of a problem."""
    from app.experiments.build import build_objective

    return build_objective(parsed("describe", objective=problem.spec).objective)


def plain(value: Any) -> Any:
    """The array in an event's column."""
    return np.asarray(getattr(value, "array", value))


class Thalweg(Contender):
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

    def _some(self, problem: Problem, top: int, tolerance: float) -> Prepared:
        from app.curvature.extreme import extreme
        from app.curvature.products import product_at

        objective, theta = built(problem), problem.theta

        def run() -> Any:
            return extreme(product_at(objective, theta), theta.size, top, 0, tolerance)

        return Prepared(run, lambda pairs: _ascending(pairs.values))


def _ascending(values: Any) -> Answer:
    return {"eigenvalues": np.sort(plain(values))}
