"""The pure, sliceable computations a server can run, by name: each in a module here, which has it as ``JOB``.

A module is imported when its job is first asked for: whoever wants a surface needs no samplers.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.experiments.jobs._base import Job


class Jobs(Mapping[str, "Job"]):
    """The jobs of this package."""

    def __getitem__(self, name: str) -> Job:
        return _loaded(name)

    def __iter__(self) -> Iterator[str]:
        return (module.name for module in pkgutil.iter_modules(__path__) if not module.name.startswith("_"))

    def __len__(self) -> int:
        return sum(1 for _ in self)


@cache
def _loaded(name: str) -> Job:
    if name not in iter(JOBS):
        raise KeyError(name)
    job: Job = importlib.import_module(f"{__name__}.{name}").JOB
    return job


JOBS: Mapping[str, Job] = Jobs()
