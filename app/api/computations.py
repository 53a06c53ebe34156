"""The calls that compute: one description each, one way of answering them all."""

from __future__ import annotations

from typing import Any, Literal

from fastapi import APIRouter, Query, Request, Response

from app.api.bodies import packed_spec
from app.api.computation import BODIES, GRIDS, STREAMED, WHOLE, Computation
from app.api.inference_calls import INFERENCE
from app.api.negotiation import JSON, choose
from app.api.openapi import problem_responses
from app.api.responses import respond
from app.core.spec import Spec
from app.serving.admission import Limits
from app.serving.intake import Packed
from app.serving.settings import Settings
from app.serving.worker import Task, load

_ROSENBROCK = {"kind": "rosenbrock", "a": 1, "b": 100}
_NETWORK = {
    "kind": "network",
    "layers": [{"units": 8, "activation": "tanh"}],
    "data": {"kind": "moons", "n": 200, "noise": 0.1, "seed": 0},
    "loss": {"kind": "cross_entropy"},
}
_LASSO = {
    "kind": "network",
    "layers": [],
    "data": {"kind": "diabetes"},
    "regularisers": [{"kind": "l1", "biases": False}],
}
_TWO_WEIGHTS = {
    "kind": "network",
    "layers": [],
    "biases": False,
    "data": {"kind": "diabetes", "columns": [2, 8]},
    "regularisers": [{"kind": "l1", "strength": 0.5}],
}
_FORMULA = {"kind": "formula", "expression": "(1-x)^2 + 100*(y-x^2)^2"}


COMPUTATIONS = (
    Computation(
        "/api/runs",
        "run",
        "Run optimisers",
        "Races optimisers from one start on one objective. `application/json` gives the whole run at once; "
        "`text/event-stream`, `application/x-ndjson` and, in binary, `application/vnd.thalweg.events` give events as "
        "they happen: `started`, `landscape`, `frames` (batches of steps, column by column), `curvature` and `network` "
        "(where recorded), `progress`, `diverged`, `finished`, `failed`. Closing the connection stops the work.",
        STREAMED,
        {
            "Two optimisers on Rosenbrock's valley": {
                "objective": _ROSENBROCK,
                "optimisers": [
                    {"kind": "gradient_descent", "learning_rate": 0.001},
                    {"kind": "adam", "learning_rate": 0.05},
                ],
                "start": {"point": [-1.5, 2.0]},
                "steps": 200,
            },
            "A network on two moons": {
                "objective": _NETWORK,
                "optimisers": [{"kind": "adam", "learning_rate": 0.01}],
                "steps": 200,
                "batch_size": 32,
                "record": {"network": {"every": 50, "grid": 20, "units": True, "histogram": 16}},
            },
        },
    ),
    Computation(
        "/api/landscapes",
        "landscape",
        "Compute a loss grid",
        "The loss on a plane through parameter space. `application/json` gives the grid; `text/event-stream`, "
        "`application/x-ndjson` and, in binary, `application/vnd.thalweg.events` give it coarse, then fine; "
        "`application/octet-stream` gives a little-endian `uint32` length of a JSON header, the header (the JSON reply "
        "with `loss` replaced by its `dtype`, `shape` and byte `offset`), and the grid as row-major little-endian "
        "`float32`, where NaN is a hole.",
        GRIDS,
        {
            "A surface": {"objective": _ROSENBROCK, "resolution": [129, 129]},
            "A random plane of a network": {
                "objective": _NETWORK,
                "plane": {"kind": "random", "seed": 0, "normalise": "filter"},
                "resolution": [51, 51],
            },
        },
    ),
    Computation(
        "/api/derivatives",
        "derivatives",
        "Loss and gradient at a point",
        "The loss, the gradient, norms by layer, and how far finite differences and the complex step agree. Of a "
        "network on request: every factor of the chain rule, one weight's derivative as a product, what each way to "
        "the gradient costs, and the singular values of the layers' Jacobians.",
        WHOLE,
        {
            "Rosenbrock's valley at (-1, 1)": {"objective": _ROSENBROCK, "parameters": [-1.0, 1.0]},
            "A weight under the microscope": {
                "objective": _NETWORK,
                "trace": {"examples": [0, 1]},
                "weight": {"layer": "hidden 1", "row": 2, "column": 0},
                "ledger": True,
                "jacobian": True,
            },
        },
    ),
    Computation(
        "/api/hessian",
        "hessian",
        "Curvature at a point",
        "Eigenvalues of the Hessian (descending, each with its residual ‖Hv − λv‖, or the bound dε‖H‖ where the whole "
        "spectrum was computed and no vectors), its trace with standard error, the index and kind of the point, and on "
        "request eigenvectors, the matrix, the spectral density, whole and by layer, the Gauss–Newton part, and the "
        "steps that the osculating quadratic suggests. The whole spectrum where it is small (`exact`), else Lanczos on "
        "exact Hessian-vector products: an eigenvalue that did not converge is left out and counted in `unconverged`. "
        "A stream sends `progress`, then `hessian`.",
        STREAMED,
        {
            "Himmelblau's saddle": {
                "objective": {"kind": "himmelblau"},
                "parameters": [3.385154183607, 0.073851879838],
            },
            "The top of a network's spectrum, and its density": {
                "objective": _NETWORK,
                "top": 5,
                "bottom": 5,
                "density": True,
            },
            "Newton's step and the saddle-free one, drawn in the plane of eigenvectors": {
                "objective": _NETWORK,
                "steps": True,
                "plane": {"kind": "eigenvectors", "pair": "top_and_bottom"},
                "gauss_newton": True,
            },
        },
    ),
    *INFERENCE,
    Computation(
        "/api/activations",
        "activations",
        "An activation, and its slopes through depth",
        "f, f′ and f″ on a range with the true bound of |f′|, and what becomes of errors in deep random networks: by "
        "layer, log₁₀ of the activations' size, of the product of slopes up to the top (beside bound^depth), and "
        "of ‖δ‖ and ‖∂L/∂W‖ relative to the top layer's; lowest, median and highest over seeds.",
        WHOLE,
        {
            "Twenty sigmoid layers": {"activation": "sigmoid", "depth": 20, "initialiser": {"kind": "glorot_uniform"}},
            "Tanh from a wide start": {"activation": {"kind": "tanh"}, "scale": 2.0, "range": [-4, 4]},
        },
    ),
    Computation(
        "/api/paths",
        "path",
        "Move a penalty's strength",
        "The optimum of a penalised linear model for each strength λ of a falling grid, exact to rounding: "
        "coefficients, exact zeros, training and held-out errors, the strengths that cross-validation chooses (least "
        "mean error, and the one-standard-error rule), and the optimality residual of every optimum. A stream sends "
        "`progress`, then `path`.",
        STREAMED,
        {"The lasso on the diabetes data": {"objective": _LASSO, "count": 40, "folds": 5}},
    ),
    Computation(
        "/api/priors",
        "prior",
        "Read a penalty as a prior",
        "The posterior of a linear model of two parameters whose negative log prior is the penalty: its mode (the "
        "penalised optimum), its mean by quadrature with the quadrature's error, its density on a grid, and slices "
        "through the mode.",
        WHOLE,
        {"A Laplace prior on two weights": {"objective": _TWO_WEIGHTS}},
    ),
    Computation(
        "/api/objectives",
        "describe",
        "Describe an objective",
        "Dimension, parameter names, layers, window, minima and typeset derivatives, before anything is run. "
        "Points at the place where a formula stops making sense.",
        WHOLE,
        {"A formula of your own": {"objective": _FORMULA}},
    ),
)


def computations_router(jobs: str) -> APIRouter:
    """The routes of :data:`COMPUTATIONS` for the jobs at an import path."""
    router = APIRouter(tags=["Computations"])
    for computation in COMPUTATIONS:
        _add(router, jobs, computation)
    return router


def _add(router: APIRouter, jobs: str, computation: Computation) -> None:
    spec_type = load(jobs, computation.job).spec

    async def endpoint(
        request: Request,
        columns: Literal["json", "base64"] = Query("json", description="how numeric columns travel in JSON"),
    ) -> Response:
        media = choose(request.headers.get("accept"), computation.media)
        packed = await packed_spec(request, computation.job, spec_type)
        return await respond(request, task_of(request, jobs, computation.job, packed), media, columns)

    router.post(
        computation.path,
        name=computation.job,
        summary=computation.summary,
        description=computation.description,
        response_class=Response,
        responses=_responses(computation),
        openapi_extra=request_body(spec_type, computation),
    )(endpoint)


def task_of(request: Request, jobs: str, job: str, packed: Packed) -> Task:
    """A task within the server's limits."""
    settings: Settings = request.app.state.settings
    seconds = min(settings.max_cost_seconds, settings.client_seconds or settings.max_cost_seconds)
    limits = Limits(seconds, settings.max_cost_bytes, settings.max_reply)
    return Task(jobs, job, packed, limits, client=request.client.host if request.client else "")


def _responses(computation: Computation) -> dict[int | str, dict[str, Any]]:
    content = {media: {"schema": BODIES[media]} for media in computation.media}
    answers: dict[int | str, dict[str, Any]] = {
        200: {"description": computation.summary, "content": content},
        304: {"description": "The client's copy (If-None-Match) is the answer"},
    }
    return answers | problem_responses(400, 406, 408, 413, 415, 422, 429, 500, 503, 504)


def request_body(spec_type: type[Spec], computation: Computation) -> dict[str, Any]:
    """The body's schema and examples, for a route that reads it itself."""
    examples = {title: {"value": value} for title, value in computation.examples.items()}
    reference = {"$ref": f"#/components/schemas/{spec_type.__name__}"}
    return {"requestBody": {"required": True, "content": {JSON: {"schema": reference, "examples": examples}}}}
