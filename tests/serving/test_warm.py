"""A worker that calls itself ready meets no first time."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from app.core.spec import catalogue
from app.datasets._bundled import Bundled
from app.serving.forking import JOBS
from app.serving.warm import warm_up

warm_up(JOBS)
before = set(sys.modules)
bundled = catalogue("app.datasets", Bundled).values()
for entry in bundled:
    entry().load()
print(len(bundled), *(name for name in set(sys.modules) - before if name.split(".")[0] in ("sklearn", "scipy", "app")))
"""


def test_every_bundled_dataset_is_read_without_importing_anything_anew() -> None:
    """Also where no fork server has imported it already, as in a cluster."""
    count, *imported = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True
    ).stdout.split()
    assert int(count) >= 4 and imported == []


def test_scipy_is_loaded_part_by_part_when_it_is_used() -> None:
    """Importing all of it takes as long as importing the engine; what a script asks for needs little of it."""
    script = "import sys, app.lessons.jobs; print(*(name for name in sys.modules if name.startswith('scipy.')))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"scipy.special", "scipy.linalg", "scipy.fft", "scipy.stats"} & set(loaded)


CALLS = """
import math, sys
from app.serving.forking import JOBS
from app.serving.warm import warm_up
from app.serving.worker import load

net = {"kind": "network", "layers": [{"units": 2, "activation": "gelu"}], "data": {"kind": "wine"},
       "loss": {"kind": "cross_entropy"}}
linear = {"kind": "network", "layers": [], "data": {"kind": "diabetes"}, "loss": {"kind": "squared_error"},
          "regularisers": [{"kind": "l1"}]}
rounds = {"draws": 39, "warm_up": 10, "seed": 0}
calls = {
    "run": {"objective": net, "optimisers": [{"kind": "lbfgs"}], "steps": 2, "record": {"curvature": {"every": 1}}},
    "landscape": {"objective": net, "plane": {"kind": "pca"}, "resolution": [3, 3],
                  "run": {"objective": net, "optimisers": [{"kind": "adam"}], "steps": 4}},
    "derivatives": {"objective": net},
    "hessian": {"objective": net, "density": True},
    "posterior": {"target": {"kind": "eight_schools"}, "divergences": True, "predictive": True,
                  "methods": [{"kind": "hmc"}, {"kind": "quasi_monte_carlo"}, {"kind": "variational"}], **rounds},
    "calibration": {"target": {"kind": "beta_bernoulli"}, "sampler": {"kind": "random_walk"}, "replications": 20,
                    **rounds},
    "path": {"objective": linear, "count": 2},
    "describe": {"objective": {"kind": "formula", "expression": "x^2 + y^2"}},
    "activations": {},
    "export": {"objective": net, "format": "numpy", "parameters": [0.1] * 37},
}
warm_up(JOBS)
before = set(sys.modules)
for name, spec in calls.items():
    job = load(JOBS, name)
    job.collect(job.advance(job.spec.model_validate(spec), None, math.inf).events)
print(*(name for name in set(sys.modules) - before if name.split(".")[0] in ("sklearn", "scipy", "app")))
"""


def test_no_first_call_imports_anything_of_the_engine() -> None:
    found = subprocess.run([sys.executable, "-c", CALLS], capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    assert found.stdout.split() == []
