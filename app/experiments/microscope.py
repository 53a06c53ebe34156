"""The chain rule under the microscope: all factors of the passes, one weight's product, costs, how layers stretch."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.experiments.chunks import FLOPS
from app.experiments.specs import DerivativesSpec
from app.experiments.weight import Rows, product_of
from app.objectives._network_jacobian import spectra
from app.objectives._network_ledger import ledger
from app.objectives.network import Network

Spectra = list[dict[str, Any]]

PIECE_NUMBERS = 1_000_000
"""Values of units that are held at once while a batch is added up."""
SVD_FLOPS = 30
"""Operations of the three decompositions of a layer, for each m·n·min(m, n)."""


@dataclass(frozen=True)
class Microscope:
    """A network at one θ, and the examples that are looked at."""

    network: Network
    theta: Array
    examples: tuple[int, ...]

    @cached_property
    def rows(self) -> Rows:
        """The trace of the examples."""
        return self.network.trace(self.theta, np.array(self.examples))

    def traced(self) -> dict[str, Any]:
        """The trace, and what the examples are: targets, outputs as people read them, and their own losses."""
        network, some = self.network.unpenalised(), np.array(self.examples)
        outputs = network.predict(self.theta, network.data.inputs[some]).mT
        losses = [float(network.subset(some[i : i + 1]).value(self.theta)) for i in range(some.size)]
        about = {"index": some, "target": network.data.targets[some], "output": network.shown(outputs).mT}
        return {"trace": self.rows, "examples": about | {"loss": np.array(losses)}}

    def together(self) -> dict[str, Any]:
        """All training examples: the mean loss without penalties, and each layer as its examples add up.

        ``inputs`` and ``outputs`` are means over the examples. ``upstream``, ``delta`` and the gradients are sums of
        the examples' shares in L, so that ``weights`` and ``biases`` are ∂L/∂W and ∂L/∂b.
        """
        network = self.network
        length = max(1, PIECE_NUMBERS // sum(network.architecture.widths))
        pieces = [np.arange(i, min(i + length, network.examples)) for i in range(0, network.examples, length)]
        summed = [_summed(network.trace(self.theta, piece), network.examples) for piece in pieces]
        loss = float(network.unpenalised().value(self.theta))
        return {
            "examples": network.examples,
            "loss": loss,
            "layers": [_added(each) for each in zip(*summed, strict=True)],
        }


def _summed(rows: Rows, examples: int) -> list[dict[str, Any]]:
    """The layers of one trace, added up over its examples."""
    first = rows[0]["inputs"]
    return [
        {
            "name": row["name"],
            **{name: row[name].sum(axis=0) / examples for name in ("inputs", "outputs")},
            **{name: row[name].sum(axis=0) for name in ("upstream", "delta")},
            "weights": row["delta"].T @ row["inputs"],
            "biases": None if row["biases"] is None else row["delta"].sum(axis=0),
            "direct": None if row["direct"] is None else row["delta"].T @ first,
        }
        for row in rows
    ]


def _added(pieces: tuple[dict[str, Any], ...]) -> dict[str, Any]:
    """One layer of several traces."""
    numbers = [name for name, value in pieces[0].items() if isinstance(value, np.ndarray)]
    return pieces[0] | {name: sum(piece[name] for piece in pieces) for name in numbers}


def looked_at(spec: DerivativesSpec) -> tuple[int, ...]:
    """The examples of the trace; the first one where none are named."""
    return spec.trace.examples if spec.trace else (0,)


def microscope(spec: DerivativesSpec, objective: Objective, theta: Array) -> Microscope | None:
    """Where the spec asks for any of it.

    Raises:
        SpecError: a surface, or an example that there is not.
    """
    asked = [name for name in ("trace", "weight", "ledger", "jacobian") if getattr(spec, name)]
    if not asked:
        return None
    if not isinstance(objective, Network):
        raise SpecError(f"a surface has no layers; leave {asked[0]} out or choose a network", f"/{asked[0]}")
    beyond = [e for e in looked_at(spec) if not 0 <= e < objective.examples]
    if beyond:
        raise SpecError(f"example {beyond[0]} must be between 0 and {objective.examples - 1}", "/trace/examples")
    return Microscope(objective, theta, looked_at(spec))


def seen(spec: DerivativesSpec, scope: Microscope | None, found: tuple[Spectra, ...]) -> dict[str, Any]:
    """What was asked for, ready for the reply."""
    if scope is None:
        return {}
    reply = scope.traced() if spec.trace else {}
    if spec.trace and spec.trace.batch:
        reply["batch"] = scope.together()
    if spec.weight:
        reply["weight"] = product_of(scope.network, scope.theta, spec.weight, scope.examples, scope.rows)
    if spec.ledger:
        modes = [tally._asdict() for tally in ledger(scope.network.architecture)]
        reply["ledger"] = {"examples": scope.network.examples, "parameters": scope.network.dim, "modes": modes}
    if spec.jacobian:
        reply["jacobian"] = [{"example": e, "layers": s} for e, s in zip(scope.examples, found, strict=True)]
    return reply


def stretched(scope: Microscope, example: int) -> Spectra:
    """The singular values of one of the examples."""
    return spectra(scope.rows, example)


def jacobian_seconds(spec: DerivativesSpec, objective: Objective) -> float:
    """Estimated seconds of all decompositions."""
    if not (spec.jacobian and isinstance(objective, Network)):
        return 0.0
    widths = objective.architecture.widths
    each = sum(max(widths) * m * n for m, n in pairwise(widths))
    return len(looked_at(spec)) * (2e-4 * len(widths) + SVD_FLOPS * each / FLOPS)
