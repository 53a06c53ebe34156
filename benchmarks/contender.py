"""Who takes part: a module of ``benchmarks.peers`` with one class; there is no other list.

A contender has a method for each work that it can do, named like the work and taking its case; the method prepares what
is not measured. Its libraries are imported there, so that a missing one is told apart from one that failed.
"""

from __future__ import annotations

import importlib
import inspect
import pkgutil
from collections.abc import Mapping
from contextlib import AbstractContextManager, nullcontext
from functools import cache
from types import MappingProxyType
from typing import ClassVar

from benchmarks import peers

OURS = "thalweg"
"""The module that everybody is compared with."""


class Contender:
    """Base of all contenders.

    Attributes:
        title: as the table shows it.
        packages: distributions whose versions are told.
        environment: variables that its process begins with, besides those of all.
    """

    title: ClassVar[str]
    packages: ClassVar[tuple[str, ...]] = ()
    environment: ClassVar[Mapping[str, str]] = MappingProxyType({})

    def surroundings(self, threads: int) -> AbstractContextManager[None]:
        """What its process is set up with, once, before anything is asked of it."""
        return nullcontext()


@cache
def contender(name: str) -> Contender:
    """The one of the module ``benchmarks.peers.<name>``."""
    module = importlib.import_module(f"{peers.__name__}.{name}")
    (found,) = (
        value
        for value in vars(module).values()
        if inspect.isclass(value) and issubclass(value, Contender) and value.__module__ == module.__name__
    )
    return found()


def contenders(work: str) -> list[str]:
    """The modules of those who can do ``work``, ours first."""
    names = [module.name for module in pkgutil.iter_modules(peers.__path__) if not module.name.startswith("_")]
    able = [name for name in names if hasattr(contender(name), work)]
    return sorted(able, key=lambda name: (name != OURS, not name.startswith(OURS)))
