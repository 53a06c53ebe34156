"""Our Hessian job, with everything that its reply holds besides."""

from __future__ import annotations

from typing import Any

import numpy as np

from benchmarks.cases import Density, Prepared, Spectrum
from benchmarks.peers._thalweg import Ours, collected, complete, parsed, plain


class ThalwegReply(Ours):
    """``POST /api/hessian``: residuals of every eigenvalue, the other end, the trace by Hutch++."""

    title = "Thalweg, the whole reply"

    def spectrum(self, task: Spectrum) -> Prepared:
        """The largest eigenvalues to 1e-10."""
        if task.top is None:
            raise NotImplementedError("the same as above")
        top = task.top
        run = _job(task, top=top, bottom=0)
        return Prepared(run, lambda events: {"eigenvalues": np.sort(plain(_reply(events)["eigenvalues"])[:top])})

    def density(self, task: Density) -> Prepared:
        """The smoothed density on its grid, as the page draws it."""
        wanted = {"probes": task.probes, "steps": task.steps, "precision": task.problem.dtype}
        run = _job(task, top=0, bottom=0, density=wanted)

        def answer(events: list[Any]) -> dict[str, Any]:
            found = _reply(events)["density"]
            return {"x": plain(found["x"]), "density": plain(found["density"]), "sigma": np.array(found["sigma"])}

        return Prepared(run, answer)


def _job(task: Any, **asked: Any) -> Any:
    from app.experiments import hessian_stages

    spec = parsed("hessian", objective=task.problem.spec, parameters=task.problem.theta.tolist(), **asked)

    def run() -> list[Any]:
        hessian_stages.plan.cache_clear()
        hessian_stages.point_at.cache_clear()
        return complete("hessian", spec)

    return run


def _reply(events: list[Any]) -> dict[str, Any]:
    return collected("hessian", events)
