"""The works of one piece, by as many processes as there may be."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any

import numpy as np

from app.core.helpers import dealt_out
from app.experiments.posteriors.specs import PosteriorSpec

Work = Callable[[PosteriorSpec], Any]
"""Of which the outcome does not depend on who does it; it survives pickling."""

BRIEF = 8e-4
"""Seconds of work that are not shared out: to ask a helper takes some tenth of a millisecond."""


def carried_out(spec: PosteriorSpec, groups: Sequence[Sequence[Work]], seconds: float) -> list[list[Any]]:
    """What becomes of all works, group by group; shared out where they are estimated to take long enough."""
    works = [work for group in groups for work in group]
    found = iter(dealt_out(_done, spec, works) if seconds > BRIEF else [_done(spec, work) for work in works])
    return [list(islice(found, len(group))) for group in groups]


def _done(spec: PosteriorSpec, work: Work) -> Any:
    with np.errstate(all="ignore"):
        return work(spec)
