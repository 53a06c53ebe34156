"""The calls that infer."""

from __future__ import annotations

from app.api.computation import STREAMED, Computation

INFERENCE = (
    Computation(
        "/api/posteriors",
        "posterior",
        "Run inference methods",
        "Samplers and integrators on one density, each beside the exact or quadrature answer: ln Z, means and "
        "variances with standard errors, and the error in units of them. `application/json` gives the last word of "
        "each method; `text/event-stream`, `application/x-ndjson` and, in binary, `application/vnd.thalweg.events` "
        "give events as they happen: `started`, `sheets`, `draws` (batches of steps, column by column), `estimate`, "
        "`progress`, `finished`, `failed`.",
        STREAMED,
        {
            "Four routes to a banana": {
                "target": {"kind": "banana"},
                "methods": [
                    {"kind": "random_walk", "step_size": 1.5},
                    {"kind": "importance", "samples": 10000},
                    {"kind": "trapezoid", "points": 64},
                    {"kind": "laplace"},
                ],
                "chains": 4,
                "draws": 1000,
                "sheets": [65, 65],
            },
        },
    ),
    Computation(
        "/api/calibrations",
        "calibration",
        "Calibrate a sampler by simulation",
        "Draws a truth from the prior, data from the truth, and runs the sampler on the posterior, again and again: of "
        "a right sampler the ranks of the truth among the draws are uniform. Histogram, χ² and distribution function "
        "of each parameter's ranks, with their bands. A stream sends `started`, `rank` (one a replication), "
        "`progress`, `calibration`, `finished`.",
        STREAMED,
        {
            "Is this Hamiltonian Monte Carlo?": {
                "target": {"kind": "logistic_regression"},
                "sampler": {"kind": "half_step_slip"},
                "replications": 100,
                "steps": 30,
            },
        },
    ),
)
