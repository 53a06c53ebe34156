"""Real data that come with scikit-learn, read from its files: importing it takes most of a second."""

from __future__ import annotations

import importlib
from importlib.metadata import distribution
from pathlib import Path
from typing import ClassVar, NamedTuple

import numpy as np

from app.core.interfaces import Array, Data, Scaling
from app.core.spec import Real, Whole
from app.datasets._base import Dataset, examples, generator, held_out_control, seed_control
from app.datasets._choice import columns_control, kept
from app.datasets._preparation import Split, scaling, split, standardised


class Raw(NamedTuple):
    """What scikit-learn's loader of a dataset gives: arrays of ``(n, features)`` and ``(n,)``, and names."""

    data: Array
    target: Array
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]


class Bundled(Dataset):
    """Standardised with the training rows' mean and deviation (see ``standardised``), with a seeded held-out split.

    Attributes:
        loader: name of the function of ``sklearn.datasets``.
        file: what that function reads.
        feature_names: what it calls the columns, in order.
        target_names: what it calls the classes (or we the output), where the file does not say.
    """

    loader: ClassVar[str]
    file: ClassVar[str]
    feature_names: ClassVar[tuple[str, ...]]
    target_names: ClassVar[tuple[str, ...]] = ()

    held_out: Real = held_out_control(0.25)
    seed: Whole = seed_control()
    columns: tuple[Whole, ...] = columns_control()

    def load(self) -> Data:
        raw = self._raw()
        parts = split(len(raw.data), self._labels(raw), self.held_out, generator(self.seed))
        inputs = kept(self.columns, len(raw.feature_names))
        columns = raw.data[:, inputs]
        train, test = parts.of(standardised(columns, parts), self._targets(raw, parts))
        classify, names = self._labels(raw) is not None, tuple(raw.feature_names[i] for i in inputs)
        data = examples(train, test, names, raw.target_names, classify=classify)
        return data._replace(input_scaling=scaling(columns, parts), target_scaling=self._target_scaling(raw, parts))

    def _raw(self) -> Raw:
        """Another release may keep the file elsewhere, or keep something else in it: its own loader knows."""
        try:
            raw = self.read(Path(str(distribution("scikit-learn").locate_file("sklearn/datasets/data"))))
        except (ImportError, OSError, ValueError):
            return self.loaded()
        return raw if raw.data.shape == (len(raw.target), len(raw.feature_names)) else self.loaded()

    @classmethod
    def read(cls, folder: Path) -> Raw:
        """From a file whose first line tells the number of rows, that of features, and the classes.

        Raises:
            OSError: there is no such file.
            ValueError: it holds something else.
        """
        with (folder / cls.file).open(encoding="utf-8") as lines:
            _, _, *classes = lines.readline().strip().split(",")
            rows = np.loadtxt(lines, delimiter=",", ndmin=2)
        return Raw(rows[:, :-1].copy(), rows[:, -1].astype(np.int64), cls.feature_names, tuple(classes))

    @classmethod
    def loaded(cls) -> Raw:
        """From scikit-learn's loader."""
        bunch = getattr(importlib.import_module("sklearn.datasets"), cls.loader)()
        features, targets = bunch.feature_names, bunch.get("target_names", cls.target_names)
        return Raw(bunch.data, bunch.target, tuple(map(str, features)), tuple(map(str, targets)))

    def _labels(self, raw: Raw) -> Array | None:
        return raw.target

    def _targets(self, raw: Raw, parts: Split) -> Array:
        return raw.target

    def _target_scaling(self, raw: Raw, parts: Split) -> Scaling | None:
        return None
