"""The runs that the network lessons open show what their texts say."""

from __future__ import annotations

from math import log
from typing import Any

import numpy as np
import pytest

from app.core.interfaces import Array
from app.core.work import complete
from app.experiments.objectives import AnyObjective
from app.lessons import _trials, newton_and_saddles
from app.lessons._measure import outcome
from app.lessons._trials import starting
from app.lessons.jobs import lessons


def opened(kind: str) -> list[dict[str, Any]]:
    return outcome(lessons()[kind].run())


def test_the_symmetric_weights_are_there_at_the_end_of_the_run() -> None:
    (run,) = opened("symmetry_detection")
    W = np.array(run["final"])[:12].reshape(2, 6)
    assert run["loss"][-1] < 1e-3
    assert np.abs(W + W[:, ::-1]).max() < 0.01 * np.abs(W).max()


def test_one_unit_arrives_and_the_stuck_start_stays_stuck() -> None:
    (arrived,), (stuck,) = opened("xor_one_unit"), opened("xor_minima")
    assert arrived["loss"][-1] < 5e-3 and stuck["loss"][-1] > 0.05
    assert stuck["network"][-1]["layers"]["hidden 1"]["saturated"] > 0


def test_zeros_never_move_and_large_steps_kill() -> None:
    (still,), (_, large) = opened("equal_units"), opened("dead_relus")
    assert np.ptp(still["loss"]) == 0 and abs(still["loss"][0] - log(2)) < 1e-12
    dead = [event["layers"]["hidden 1"]["dead"] for event in large["network"]]
    assert dead[0] == 0 and dead[-1] >= 0.5 and dead == sorted(dead)


def test_errors_vanish_and_gradients_do_not_in_the_run_that_is_opened() -> None:
    (run,) = opened("vanishing_errors")
    layers = [run["layers"][f"hidden {k}"] for k in (1, 10)]
    delta, gradient = (layers[0][name][0] / layers[1][name][0] for name in ("delta_norm", "gradient_norm"))
    assert delta < 0.01 < 0.5 < gradient


def test_newton_finds_saddles_whichever_way_rounding_sends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its way is chaotic, and other processors' matrix products differ from ours in their last bits."""
    rng = np.random.default_rng(0)

    def shaken(objective: AnyObjective, start: Any) -> Array:
        theta = starting(objective, start)
        return theta * (1 + 1e-14 * rng.standard_normal(theta.shape))

    monkeypatch.setattr(_trials, "starting", shaken)
    ends = []
    for _ in range(5):
        found = complete(newton_and_saddles._crowd(newton_and_saddles.NEWTON))
        assert newton_and_saddles._saddles([found]).passed
        ends.append(found[0, :, 0])
    assert not np.allclose(ends[0], ends[1:], atol=1e-3)  # not the same saddles
