"""Independent crowds: resampled each for itself, so that their spread is the standard error."""

from __future__ import annotations

import numpy as np

from app.core.inference import Target
from app.core.interfaces import Array
from app.core.spec import Whole, control
from app.integrators._annealing import Crowd, Ladder
from app.integrators._weights import log_mean
from app.targets._bridge import bridge_to


class Islands(Ladder):
    """A crowd in parts that never meet."""

    islands: Whole = control(10, "Islands", symbol="R", ge=4, le=20, description="crowds that never meet")

    def places(self) -> list[Array]:
        """The points of each island, as indices."""
        return [np.asarray(part) for part in np.array_split(np.arange(self.points), self.islands)]

    def resampled(self, state: Crowd, tired: float, rng: np.random.Generator) -> Crowd:
        """Each island with a smaller share of effective points than ``tired`` is drawn anew, as its weights say.

        Its points then share their mean weight, which keeps Ẑ unbiased.
        """
        index, log_weights = np.arange(self.points), state.log_weights.copy()
        for island in self.places():
            own = log_weights[island]
            if not np.isfinite(own.max()) or effective_share(own) >= tired:
                continue
            share = np.exp(own - own.max())
            index[island] = island[_systematic(share / share.sum(), rng)]
            log_weights[island] = log_mean(own)[0]
        return state._replace(theta=state.theta[index], misfit=state.misfit[index], log_weights=log_weights)

    def all_moved(self, target: Target, state: Crowd, beta: float, rng: np.random.Generator) -> Crowd:
        """Each island after its moves at β."""
        bridge = bridge_to(target)
        parts = [self.moved(bridge, part_of(state, island), beta, rng) for island in self.places()]
        return state._replace(
            theta=np.concatenate([part.theta for part in parts]),
            misfit=np.concatenate([part.misfit for part in parts]),
            evaluations=sum(part.evaluations for part in parts),
            acceptance=float(np.mean([part.acceptance for part in parts])),
        )


def part_of(state: Crowd, island: Array) -> Crowd:
    """One island, with its share of the evaluations."""
    own = {name: getattr(state, name)[island] for name in ("theta", "misfit", "log_weights")}
    spent = state.evaluations * len(island) // len(state.theta)
    return state._replace(**own, evaluations=spent)


def effective_share(log_weights: Array) -> float:
    """Effective points over points."""
    share = np.exp(log_weights - log_weights.max())
    return float(share.sum() ** 2 / (share**2).sum() / share.size)


def _systematic(share: Array, rng: np.random.Generator) -> Array:
    """Indices drawn with one uniform number: each point as often as its share, up to rounding."""
    at = (rng.random() + np.arange(share.size)) / share.size
    return np.minimum(np.searchsorted(np.cumsum(share), at), share.size - 1)
