"""An example whose loss overflows is a hole in the summary of a run whose steps never met it, not a failure."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from app.experiments.jobs.run import collect_run
from app.experiments.run import simulate
from app.experiments.specs import RunSpec
from app.serving.wire import document

OVERFLOWING = {"float64": 1e160, "float32": 1e30}
"""Targets whose squares are no numbers of that precision."""
ROWS = 12


def answer(far: int, **fields: Any) -> dict[str, Any]:
    """The only racer's part of the reply, that can be written down as JSON; example ``far`` overflows."""
    points = np.linspace(-1.0, 1.0, ROWS)
    targets = np.where(np.arange(ROWS) == far, OVERFLOWING[fields.get("precision", "float64")], points**2)
    data = {"kind": "table", "task": "regression", "inputs": points[:, None].tolist(), "targets": targets.tolist()}
    network = {"kind": "network", "layers": [{"units": 3, "activation": "tanh"}], "data": data | fields.pop("data", {})}
    given = {"objective": network, "optimisers": [{"kind": "adam", "learning_rate": 0.01}], "steps": 4}
    reply = collect_run(list(simulate(RunSpec.model_validate(given | fields))))
    assert document(reply, "json")
    racer: dict[str, Any] = reply["runs"][0]
    return racer


@pytest.mark.parametrize("precision", ["float64", "float32"])
def test_all_examples_may_have_no_loss_where_the_batches_have_one(precision: str) -> None:
    fields = {"batch_size": 1, "record": {"scope": "batch"}, "precision": precision}
    found = [answer(far, **fields) for far in range(ROWS)]
    unmet = [racer["summary"] for racer in found if racer["diverged"] is None]
    assert unmet and len(unmet) < ROWS
    for summary in unmet:
        assert summary["steps"] == 4 and np.isfinite(summary["final"]).all()
        assert [summary[name] for name in ("loss", "best_loss", "best_step")] == [None] * 3


def test_a_held_out_loss_that_is_never_finite_is_null_and_ends_patience() -> None:
    fields = {"data": {"held_out": 0.3}, "early_stopping": {"every": 1, "patience": 2}}
    found = [answer(far, **fields) for far in range(ROWS)]
    held_out = [racer["summary"]["early_stop"] for racer in found if racer["diverged"] is None]
    assert held_out
    for stop in held_out:
        assert (stop["loss"], stop["best_step"], stop["step"]) == (None, 0, 2)
