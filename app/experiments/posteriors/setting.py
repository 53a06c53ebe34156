"""What every slice of a posterior needs and no slice changes."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.inference import Reference
from app.core.interfaces import Array
from app.core.streams import QuickStreams
from app.experiments.posteriors.specs import AnyTarget, PosteriorSpec
from app.targets._base import Density
from app.targets._bridge import bridge_to

PIECE_SECONDS = 0.04
TRIES = 100
_DOMAIN = 0x9057
_STARTS = 0xFFFF


class Setting(NamedTuple):
    """A spec made ready.

    Attributes:
        view: indices of the coordinates in which positions are shown.
        seconds: estimated for one evaluation of the density with its gradient, in a batch.
    """

    spec: PosteriorSpec
    target: Density
    reference: Reference | None
    view: tuple[int, ...]
    seconds: float

    def rng(self, method: int, step: int) -> np.random.Generator:
        """The randomness of (seed, method, step), whatever was drawn before."""
        return generator(self.spec.seed, method, step)

    def starts(self) -> Array:
        """Where the chains begin, ``(chains, d)``: the point given, or draws of the prior or of a broad Gaussian.

        Raises:
            SpecError: the density vanishes there, or the point has another dimension.
        """
        count, dim = self.spec.chains, self.target.dim
        if self.spec.start is not None:
            if len(self.spec.start) != dim:
                raise SpecError(f"{len(self.spec.start)} numbers were given but the target has {dim}", "/start")
            return np.tile(np.array(self.spec.start, dtype=np.float64), (count, 1))
        different = self.spec.superchains or count
        spread = spread_out(self.target, generator(self.spec.seed, _STARTS, 0), different)
        return np.repeat(spread, count // different, axis=0)


def generator(seed: int, method: int, step: int) -> np.random.Generator:
    """The stream of (seed, method, step)."""
    return streams(seed, method).at(step)


def streams(seed: int, method: int, block: int = 0) -> QuickStreams:
    """Those of (seed, method) for a block of chains, one a step."""
    return QuickStreams(seed, (_DOMAIN << 32) + method, branch=block)


def spread_out(target: Density, rng: np.random.Generator, count: int) -> Array:
    """Draws of the bridge's base where the density is positive, ``(count, d)``.

    Raises:
        SpecError: there is hardly any such place.
    """
    bridge = bridge_to(target)
    found = np.empty((0, target.dim))
    for _ in range(TRIES):
        drawn = bridge.draw(rng, count)
        with np.errstate(all="ignore"):
            found = np.concatenate([found, drawn[np.isfinite(target.value(drawn))]])
        if len(found) >= count:
            return found[:count]
    raise SpecError("the density is zero nearly everywhere in its window; choose a start or another window", "/start")


@lru_cache(maxsize=8)
def build_target(spec: AnyTarget) -> Density:
    """The density of a spec, kept for the next slice.

    Raises:
        SpecError: its fields cannot be carried out together.
    """
    try:
        return spec.build()
    except SpecError as error:
        raise error.under("/target") from error


def setting_of(spec: PosteriorSpec, reference: Reference | None) -> Setting:
    """The setting; the reference is computed once, in the first slice.

    Raises:
        SpecError: the spec cannot be carried out; the pointer says which field.
    """
    target = build_target(spec.target)
    view = spec.record.view if target.dim > 1 else (0,)
    if max(view) >= target.dim:
        raise SpecError(f"coordinate {max(view)} must be below {target.dim}, the dimension", "/record/view")
    return Setting(spec, target, reference, view, target.facts.seconds)
