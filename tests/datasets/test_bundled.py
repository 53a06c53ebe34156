"""scikit-learn's data, read without scikit-learn, are what its loaders give, to the bit."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app.core.interfaces import Data
from app.core.spec import catalogue, kind_of
from app.datasets._bundled import Bundled

ENTRIES = [entry for entry in catalogue("app.datasets", Bundled).values() if issubclass(entry, Bundled)]
every_entry = pytest.mark.parametrize("entry", ENTRIES, ids=kind_of)


def flat(data: Data) -> list[object]:
    """Every field, arrays as type, shape and bytes."""
    fields = [part for field in data for part in (field if isinstance(field, tuple) else (field,))]
    return [(f.dtype, f.shape, f.tobytes()) if isinstance(f, np.ndarray) else f for f in fields]


@every_entry
def test_the_file_holds_what_the_loader_gives(entry: type[Bundled]) -> None:
    bunch = getattr(importlib.import_module("sklearn.datasets"), entry.loader)()
    raw = entry()._raw()
    assert raw.data.dtype == bunch.data.dtype and np.array_equal(raw.data, bunch.data)
    assert raw.target.dtype == bunch.target.dtype and np.array_equal(raw.target, bunch.target)
    assert raw.feature_names == tuple(map(str, bunch.feature_names))
    assert raw.target_names == tuple(map(str, bunch.get("target_names", entry.target_names)))


def nothing(folder: Path) -> None:
    """No such file."""
    raise FileNotFoundError(folder)


def another_layout(folder: Path) -> None:
    """Words where there were numbers."""
    float("sepal length")


@every_entry
@pytest.mark.parametrize("found", [nothing, another_layout])
def test_where_the_file_is_not_as_known_the_loader_gives_the_same(
    entry: type[Bundled], found: Callable[[Path], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    known = flat(entry().load())
    monkeypatch.setattr(entry, "read", staticmethod(found))
    assert flat(entry().load()) == known


@every_entry
def test_another_number_of_columns_is_left_to_the_loader(entry: type[Bundled], monkeypatch: pytest.MonkeyPatch) -> None:
    known = flat(entry().load())
    monkeypatch.setattr(entry, "feature_names", entry.feature_names[1:])
    assert flat(entry().load()) == known


def test_reading_them_does_not_import_scikit_learn() -> None:
    code = (
        "import sys\nfrom app.core.spec import catalogue\nfrom app.datasets._bundled import Bundled\n"
        "for entry in catalogue('app.datasets', Bundled).values():\n    entry().load()\n"
        "assert not [m for m in sys.modules if m.split('.')[0] in ('sklearn', 'scipy')]"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
