"""A worker that calls itself ready meets no first time."""

from __future__ import annotations

import subprocess
import sys

SCRIPT = """
import sys
from app.core.spec import catalogue
from app.datasets._bundled import Bundled
from app.main import JOBS
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
    script = "import sys, app.experiments.jobs; print(*(name for name in sys.modules if name.startswith('scipy.')))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"scipy.special", "scipy.linalg", "scipy.fft", "scipy.stats"} & set(loaded)
