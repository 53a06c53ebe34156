"""Four regularisers that are no term of the loss, or not the term they seem to be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import numpy as np

from app.core.interfaces import Array
from app.experiments.build import build_objective
from app.experiments.specs import RunSpec
from app.lessons._base import Claim, Lesson, agrees
from app.lessons._measure import outcome
from app.objectives.network import Network, NetworkSpec, Noise

WEIGHTS = (3.0, 0.5)
CURVATURES = (2.0, 0.02)
DECAY = 0.5
SIGMA = 0.4
DRAWS = 4_000
SEEDS = (0, 1, 2)


class Implicit(Lesson):
    """Decoupled decay, early stopping and noise, each beside its closed form."""

    kind: Literal["implicit"] = "implicit"
    title: ClassVar[str] = "Regularisers that hide"
    summary: ClassVar[str] = (
        "L2 in Adam's loss and AdamW's decay end in different places; early stopping and noisy inputs act like ridge."
    )
    reference: ClassVar[str] = (
        "I. Loshchilov & F. Hutter, Decoupled weight decay regularization, 2019; S. Xie & Z. Li, Implicit bias of "
        "AdamW, 2024; C. M. Bishop, Training with noise is equivalent to Tikhonov regularization, 1995"
    )
    formula: ClassVar[str] = (
        r"\theta_i^{\mathrm{L2}} = \frac{h_i}{h_i + 2\lambda}\,\theta_i^{*}, \quad "
        r"\theta_i^{\mathrm{AdamW}} = \operatorname{clip}\!\left(\theta_i^{*}, \pm\tfrac{1}{\lambda}\right), \quad "
        r"\theta_i(t) = \left(1 - (1 - \eta h_i)^t\right)\theta_i^{*}"
    )
    text: ClassVar[tuple[str, ...]] = (
        "Two weights, one of which the loss holds a hundred times less firmly. With λθ² in the loss, every method that "
        "converges arrives where the ridge solution is, Adam too: the weakly held weight is almost erased.",
        "AdamW takes the decay out of the gradient, and so out of what Adam divides by. Where it comes to rest "
        "m̂/√v̂ = −λθ, and the left side is at most 1: nothing holds back a weight below 1/λ, and none ends above. It is "
        "no ridge at all but a box, of half-width 1/λ.",
        "The race shows three on the bare loss: AdamW creeps up to the box, Adam + L2 ends at ridge, and Adam at the "
        "minimum.",
        "Stop gradient descent after t steps from zero and weight i has gone the share 1 − (1 − ηhᵢ)ᵗ of its way: what "
        "is weakly held stays small, as under a penalty of about 1/(ηt). And fresh noise of variance σ² on the inputs "
        "of a linear model adds σ²‖w‖² to the loss on average: ridge again, with λ = σ².",
    )

    def run(self) -> RunSpec:
        coupled = {"kind": "adam_l2", "learning_rate": 0.02, "weight_decay": 2 * DECAY}  # the slope of λθ² is 2λθ
        return _spec([{"kind": "adamw", "learning_rate": 0.02, "weight_decay": DECAY}, coupled, _adam()], 0.0, 1_000)

    def checks(self) -> tuple[Callable[[], Claim], ...]:
        return _ridge, _box, _early, _noise


def _adam() -> dict[str, Any]:
    return {"kind": "adam", "learning_rate": 0.01}


def _objective(strength: float) -> dict[str, Any]:
    """s = ½ Σ hᵢ(θᵢ − θᵢ*)² as a regression on inputs √hᵢ eᵢ, plus λ‖θ‖²."""
    roots = np.sqrt(CURVATURES)
    table = {
        "kind": "table",
        "task": "regression",
        "inputs": np.diag(roots).tolist(),
        "targets": (roots * WEIGHTS).tolist(),
    }
    penalty = [{"kind": "l2", "strength": strength}] if strength else []
    return {"kind": "network", "layers": [], "biases": False, "data": table, "regularisers": penalty}


def _spec(optimisers: list[dict[str, Any]], strength: float, steps: int) -> RunSpec:
    start = {"parameters": [0.0, 0.0]}
    return RunSpec.model_validate(
        {"objective": _objective(strength), "optimisers": optimisers, "start": start, "steps": steps}
    )


def _curvatures() -> Array:
    """Of the mean square over two examples, 2hᵢ/2 = hᵢ."""
    return np.array(CURVATURES)


def _ridge() -> Claim:
    """Adam on L2 in the loss, its rate falling to zero: a constant one leaves the minimum in bursts, ever again."""
    expected = _curvatures() / (_curvatures() + 2 * DECAY) * WEIGHTS
    method = _adam() | {"schedule": {"kind": "cosine", "steps": 6_000}}
    final = np.asarray(outcome(_spec([method], DECAY, 6_000))[0]["final"])
    return agrees("Adam, L2 in the loss: distance from ridge", 0.0, [float(np.abs(final - expected).max())], 1e-9)


def _box() -> Claim:
    """AdamW with the same λ, its rate falling to zero."""
    method = {
        "kind": "adamw",
        "learning_rate": 0.02,
        "weight_decay": DECAY,
        "schedule": {"kind": "cosine", "steps": 20_000},
    }
    final = np.asarray(outcome(_spec([method], 0.0, 20_000))[0]["final"])
    gap = float(np.abs(final - np.clip(WEIGHTS, -1 / DECAY, 1 / DECAY)).max())
    return agrees("AdamW with the same λ: distance from the box", 0.0, [gap], 0.01)


def _early() -> Claim:
    rate, steps = 0.1, 150
    final = np.asarray(outcome(_spec([{"kind": "gradient_descent", "learning_rate": rate}], 0.0, steps))[0]["final"])
    expected = (1 - (1 - rate * _curvatures()) ** steps) * WEIGHTS
    return agrees("early stopping: distance from 1 − (1 − ηh)ᵗ", 0.0, [float(np.abs(final - expected).max())], 1e-12)


def _noise() -> Claim:
    """Mean of many noisy losses, less the clean one, over σ²‖w‖²."""
    spec = NetworkSpec.model_validate({"layers": [], "data": {"kind": "diabetes"}, "biases": False})
    network = build_objective(spec)
    assert isinstance(network, Network)
    theta = np.linspace(-1.0, 1.0, network.dim)
    noise, ratios = Noise(inputs=SIGMA), []
    for seed in SEEDS:
        losses = [float(network.disturbed(noise, seed, step).value(theta)) for step in range(DRAWS)]
        ratios.append(float(np.mean(losses) - network.value(theta)) / (SIGMA**2 * float(theta @ theta)))
    return agrees("noisy inputs: what they add to the loss, over σ²‖w‖²", 1.0, ratios, 0.02)
