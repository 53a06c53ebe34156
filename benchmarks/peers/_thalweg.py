"""Ways into ``app``: jobs as the server runs them, objectives by their contract."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any

import numpy as np

from app.serving.forking import ONE_THREAD
from benchmarks.cases import Answer, Chains, Encoding, Prepared, Problem, Training
from benchmarks.contender import Contender
from benchmarks.messages import events_of


class Ours(Contender):
    """In a process that is set up as the server's workers are, with its threads lent to one piece of work."""

    environment = MappingProxyType(dict.fromkeys(ONE_THREAD, "1"))

    @contextmanager
    def surroundings(self, threads: int) -> Iterator[None]:
        from app.core.threads import allowing
        from app.serving.process import engine_room

        with engine_room(), allowing(threads):
            yield


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


def training(task: Training, scope: str) -> Prepared:
    """The run job: loss, norms of every layer, position and captured share of every step, and θ itself."""
    net = task.problem
    spec = parsed(
        "run",
        objective=net.spec,
        optimisers=[{"kind": task.optimiser, "learning_rate": task.learning_rate}],
        start={"parameters": net.theta.tolist()},
        steps=task.steps,
        batch_size=None if task.batches is None else task.batches.shape[1],
        record={"scope": scope, "parameters": True},
        precision=net.dtype,
    )
    return Prepared(lambda: complete("run", spec), lambda events: _trained(task, collected("run", events)["runs"][0]))


def _trained(task: Training, run: dict[str, Any]) -> Answer:
    """Frames are taken before each step, and one after the last."""
    parameters = plain(run["parameters"])
    answer = {"final": parameters[-1], "parameters": parameters[:-1]}
    if "batch_loss" in run:
        return answer | {"loss": plain(run["batch_loss"])[:-1]}
    norms = np.stack([plain(layer["gradient_norm"]) for layer in run["layers"].values()], axis=1)
    return answer | {"loss": plain(run["loss"])[:-1], "gradient_norm": norms[:-1]}


def posterior(task: Chains) -> Prepared:
    """The posterior job with fixed step size and masses."""
    method = {"kind": "hmc", "steps": task.leapfrog, "jitter": 0.0} if task.leapfrog else {"kind": "random_walk"}
    spec = parsed(
        "posterior",
        target=task.target,
        methods=[method | {"step_size": task.step_size, "tune": False, "tune_scales": False}],
        chains=len(task.start),
        draws=task.draws,
        warm_up=0,
        start=task.start[0].tolist(),
        record={"every": task.draws, "chains": 0},
        precision=task.dtype,
    )

    def answer(events: list[Any]) -> Answer:
        found = collected("posterior", events)["methods"][0]
        return {"mean": plain(found["mean"]), "variance": plain(found["variance"])}

    return Prepared(lambda: complete("posterior", spec), answer)


def encoding(task: Encoding) -> Prepared:
    """One event."""
    from app.experiments.events import Event, Holey, Single
    from app.serving.wire import Encoding as Framed
    from app.serving.wire import encode

    kinds = {"loss": Holey} if task.kind == "landscape" else dict.fromkeys(("gradient_norm", "learning_rate"), Single)
    framed = Framed("messages")

    def run() -> bytes:
        columns = {name: kinds.get(name, np.asarray)(column) for name, column in task.columns.items()}
        return encode([Event(task.kind, columns)], framed)

    return Prepared(run, _columns_of)


def _columns_of(message: bytes) -> Answer:
    (event,) = events_of(message)
    return {name: column for name, column in event.items() if name != "kind"}
