"""Real data that come with scikit-learn, imported only when loaded."""

from __future__ import annotations

import importlib
from typing import Any, ClassVar

import numpy as np

from app.core.interfaces import Array, Data, Scaling
from app.core.spec import Real, Whole
from app.datasets._base import Dataset, examples, generator, held_out_control, seed_control
from app.datasets._choice import columns_control, kept
from app.datasets._preparation import Split, scaling, split, standardised


class Bundled(Dataset):
    """Standardised with the training rows' mean and deviation (see ``standardised``), with a seeded held-out split."""

    loader: ClassVar[str]
    """Name of the function of ``sklearn.datasets``."""

    held_out: Real = held_out_control(0.25)
    seed: Whole = seed_control()
    columns: tuple[Whole, ...] = columns_control()

    def load(self) -> Data:
        bunch = self._bunch()
        parts = split(len(bunch.data), self._labels(bunch), self.held_out, generator(self.seed))
        names = tuple(str(name) for name in bunch.feature_names)
        inputs = kept(self.columns, len(names))
        raw = np.asarray(bunch.data, dtype=np.float64)[:, inputs]
        train, test = parts.of(standardised(raw, parts), self._targets(bunch, parts))
        classify = self._labels(bunch) is not None
        data = examples(train, test, tuple(names[i] for i in inputs), self._target_names(bunch), classify=classify)
        return data._replace(input_scaling=scaling(raw, parts), target_scaling=self._target_scaling(bunch, parts))

    def _bunch(self) -> Any:
        return getattr(importlib.import_module("sklearn.datasets"), self.loader)()

    def _labels(self, bunch: Any) -> Array | None:
        return np.asarray(bunch.target)

    def _targets(self, bunch: Any, parts: Split) -> Array:
        return np.asarray(bunch.target)

    def _target_scaling(self, bunch: Any, parts: Split) -> Scaling | None:
        return None

    def _target_names(self, bunch: Any) -> tuple[str, ...]:
        return tuple(str(name) for name in bunch.target_names)
