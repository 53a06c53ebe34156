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
        "each method; `text/event-stream` and `application/x-ndjson` give events as they happen: `started`, `sheets`, "
        "`draws` (batches of steps, column by column), `estimate`, `progress`, `finished`, `failed`.",
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
)
