"""A job is one module, imported when somebody asks for it."""

from __future__ import annotations

import subprocess
import sys
from itertools import combinations

import pytest

from app.core.spec import Spec
from app.experiments.jobs import JOBS
from app.experiments.jobs._base import Job
from app.lessons.jobs import JOBS as ALL


@pytest.mark.parametrize("name", JOBS)
def test_every_module_has_its_job(name: str) -> None:
    job = JOBS[name]
    assert isinstance(job, Job) and issubclass(job.spec, Spec)
    assert JOBS[name] is job and ALL[name] is job


def test_no_two_jobs_take_the_same_spec() -> None:
    assert [(a, b) for a, b in combinations(JOBS, 2) if JOBS[a].spec is JOBS[b].spec] == []


@pytest.mark.parametrize("name", ["", "surface", "_base", "run.spec"])
def test_an_unknown_job_is_no_job(name: str) -> None:
    assert name not in JOBS
    with pytest.raises(KeyError):
        JOBS[name]


def test_a_surface_is_computed_without_importing_what_other_jobs_need() -> None:
    script = (
        "import sys\nfrom app.experiments.jobs import JOBS\nassert len(JOBS) > 1\nJOBS['landscape']\n"
        "print(*(name for name in sys.modules if name.startswith('app.')))"
    )
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert [name for name in found if name.split(".")[1] in ("samplers", "integrators", "homotopy", "lessons")] == []
    assert {name for name in found if name.startswith("app.experiments.jobs.")} == {
        "app.experiments.jobs._base",
        "app.experiments.jobs.landscape",
    }
