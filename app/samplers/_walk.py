"""The trajectories of one step of the No-U-Turn sampler, doubling by doubling."""

from __future__ import annotations

import numpy as np

from app.core.interfaces import Array
from app.samplers._leapfrog import Phase, copied, either, rows, store
from app.samplers._metropolis import probability
from app.samplers._trees import Field, Tree, grow, turned


class Walk:
    """All chains' trajectories; its arrays are written in place and belong to one step.

    Attributes:
        growing: the chains whose trajectory has neither turned nor broken down.
        chosen, energy: the point drawn so far, and its H.
        broken: an energy error beyond reason was met.
        leaves, acceptance_sum: gradients spent, and Σ min(1, e^{H₀ − H}) over them.
    """

    def __init__(self, field: Field, root: Phase) -> None:
        chains = len(root.momentum)
        self.field = field
        self.growing = np.arange(chains)
        self.chosen = copied(root).at
        self.energy = field.root_energy.copy()
        self.broken = np.zeros(chains, dtype=bool)
        self.leaves = np.zeros(chains, dtype=np.int64)
        self.acceptance_sum = np.zeros(chains)
        self._ends = copied(root), copied(root)
        self._log_weight = np.zeros(chains)
        self._momentum_sum = root.momentum.copy()

    def double(self, depth: int, rng: np.random.Generator) -> None:
        """Double the growing trajectories, each in a random direction of time."""
        index = self.growing
        forward = rng.random(index.size) < 0.5
        start = either(forward, rows(self._ends[1], index), rows(self._ends[0], index))
        field = self.field._replace(root_energy=self.field.root_energy[index])
        tree = grow(field, start, np.where(forward, 1.0, -1.0), depth, rng)
        self.leaves[index] += tree.leaves
        self.acceptance_sum[index] += tree.acceptance_sum
        self.broken[index] |= tree.broken
        self._join(index, forward, tree, rng)

    def _join(self, index: Array, forward: Array, tree: Tree, rng: np.random.Generator) -> None:
        """Move the point into the new half with probability min(1, its weight over the old half's); add the half."""
        taken = tree.whole & (rng.random(index.size) < probability(tree.log_weight - self._log_weight[index]))
        store(self.chosen, index[taken], rows(tree.chosen, taken))
        self.energy[index[taken]] = tree.energy[taken]
        for end, side in zip(self._ends, (~forward, forward), strict=True):
            store(end, index[side], rows(tree.edge, side))
        self._log_weight[index] = np.logaddexp(self._log_weight[index], tree.log_weight)
        self._momentum_sum[index] += tree.momentum_sum
        first, last = (end.momentum[index] for end in self._ends)
        back = turned(self.field.inverse_mass, first, last, self._momentum_sum[index])
        self.growing = index[tree.whole & ~back]
