"""Our training loop where nothing is recorded: what recording every step costs beside it."""

from __future__ import annotations

from typing import Any

from benchmarks.cases import Prepared, Training
from benchmarks.peers._thalweg import Ours, built, parsed

CHUNK = 50


class ThalwegSteps(Ours):
    """``Track.run``, the loop inside the run job."""

    title = "Thalweg, training alone"

    def training(self, task: Training) -> Prepared:
        """Chunks of steps; θ goes on, the whole objective is not looked at."""
        import numpy as np

        from app.experiments.race import Track

        optimiser = {"kind": task.optimiser, "learning_rate": task.learning_rate}
        spec = parsed("run", objective=task.problem.spec, optimisers=[optimiser])
        size = None if task.batches is None else task.batches.shape[1]
        dtype = np.dtype(task.problem.dtype).type
        track = Track(built(task.problem), spec.optimisers[0], size, spec.seed, dtype=dtype)
        theta = task.problem.theta

        def run() -> Any:
            state = track.begin(theta).state
            for _ in range(task.steps // CHUNK):
                state, _ = track.run(state, CHUNK, False)
            return state

        return Prepared(run, lambda state: {"final": np.asarray(state.theta)})
