"""What every dataset promises: contract shapes, equal bytes for equal specs, held-out rows that are really held out."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

import numpy as np
import pytest
from pydantic import ValidationError

from app.core.interfaces import Array, Data
from app.core.spec import catalogue
from app.core.unions import one_of
from app.datasets._base import Dataset
from app.datasets._bundled import Bundled
from app.datasets._synthetic import Clusters, Curve, Synthetic

DATASETS = catalogue("app.datasets", Dataset)
TEXTS = ("title", "summary", "reference", "formula")
ARRAYS = ("inputs", "targets", "test_inputs", "test_targets")


def of_type(base: type[Dataset]) -> Any:
    """Parametrise over the entries of a family."""
    family = {kind: entry for kind, entry in DATASETS.items() if issubclass(entry, base)}
    return pytest.mark.parametrize("entry", family.values(), ids=family)


every = of_type(Dataset)


def fields_of(entry: type[Dataset]) -> dict[str, Any]:
    """The entry's first documented example, else its defaults."""
    return dict(entry.model_json_schema().get("examples", [{}])[0])


def example(entry: type[Dataset], **fields: Any) -> Dataset:
    return entry.model_validate(fields_of(entry) | fields)


def as_bytes(data: Data) -> tuple[bytes, ...]:
    return tuple(getattr(data, name).tobytes() for name in ARRAYS)


def rows_of(array: Array) -> set[bytes]:
    return {row.tobytes() for row in array}


@every
def test_an_entry_explains_itself(entry: type[Dataset]) -> None:
    assert all(getattr(entry, text).strip() for text in TEXTS)
    schema = entry.model_json_schema()["properties"]
    assert all(schema[name].get("title") for name in entry.model_fields if name != "kind")


@every
def test_the_data_are_of_the_contract(entry: type[Dataset]) -> None:
    data = example(entry).load()
    n, features = data.inputs.shape
    assert n > 0 and data.test_inputs.shape[1] == features == len(data.feature_names)
    assert len(data.targets) == n and len(data.test_targets) == len(data.test_inputs)
    assert all(np.isfinite(getattr(data, name)).all() for name in ARRAYS)
    assert data.inputs.dtype == data.test_inputs.dtype == np.float64
    if data.task == "classification":
        assert data.targets.dtype == data.test_targets.dtype == np.int64
        assert data.targets.ndim == 1 and data.classes == len(data.target_names)
        assert set(data.targets) == set(range(data.classes)) >= set(data.test_targets)
    else:
        assert data.targets.dtype == data.test_targets.dtype == np.float64
        assert data.targets.shape == (n, len(data.target_names)) and data.classes == 0


@every
def test_equal_specs_give_equal_bytes(entry: type[Dataset]) -> None:
    one, other = example(entry), example(entry)
    assert one == other and hash(one) == hash(other)
    assert as_bytes(one.load()) == as_bytes(other.load())


@every
def test_a_spec_survives_json(entry: type[Dataset]) -> None:
    spec = example(entry)
    assert entry.model_validate_json(spec.model_dump_json()) == spec


@every
def test_nobody_can_change_data_that_others_share(entry: type[Dataset]) -> None:
    data = example(entry).load()
    for name in ARRAYS:
        with pytest.raises(ValueError, match="read-only"):
            getattr(data, name)[...] = 0


@every
def test_the_union_finds_the_entry_by_its_kind(entry: type[Dataset]) -> None:
    from pydantic import TypeAdapter

    fields = {"kind": entry.model_fields["kind"].default, **fields_of(entry)}
    assert TypeAdapter(one_of("app.datasets", Dataset)).validate_python(fields) == example(entry)


@every
@pytest.mark.parametrize("field", ["n", "noise", "seed", "held_out", "classes", "bits"])
@pytest.mark.parametrize("value", [True, "3", -1, float("nan")], ids=str)
def test_a_control_out_of_bounds_is_refused_at_its_field(entry: type[Dataset], field: str, value: Any) -> None:
    if field not in entry.model_fields:
        return
    with pytest.raises(ValidationError) as refused:
        example(entry, **{field: value})
    assert refused.value.errors()[0]["loc"] == (field,)


@of_type(Synthetic)
def test_another_seed_gives_other_examples(entry: type[Dataset]) -> None:
    first, second = (example(entry, seed=seed, noise=0.1).load() for seed in (0, 1))
    assert not rows_of(first.targets if issubclass(entry, Curve) else first.inputs) & rows_of(
        second.targets if issubclass(entry, Curve) else second.inputs
    )


@of_type(Synthetic)
def test_the_held_out_sample_is_a_second_draw_of_the_same_size(entry: type[Dataset]) -> None:
    data = example(entry, noise=0.1).load()
    assert data.test_inputs.shape == data.inputs.shape
    assert not rows_of(data.inputs) & rows_of(data.test_inputs)


@of_type(Clusters)
@pytest.mark.parametrize("n", [10, 11, 200])
def test_classes_are_of_equal_size_to_within_one(entry: type[Dataset], n: int) -> None:
    data = example(entry, n=n).load()
    for targets in (data.targets, data.test_targets):
        counts = np.bincount(targets, minlength=data.classes)
        assert counts.sum() == n and np.ptp(counts) <= 1


@of_type(Bundled)
@pytest.mark.parametrize("held_out", [0.0, 0.25, 0.5])
def test_training_inputs_are_standardised_and_constant_columns_are_centred(
    entry: type[Dataset], held_out: float
) -> None:
    inputs = example(entry, held_out=held_out).load().inputs
    np.testing.assert_allclose(inputs.mean(axis=0), 0, atol=1e-12)
    constant = np.ptp(inputs, axis=0) == 0
    np.testing.assert_allclose(inputs.var(axis=0), np.where(constant, 0, 1), atol=1e-12)
    assert not inputs[:, constant].any()


@of_type(Bundled)
def test_held_out_rows_leave_no_trace_in_the_training_rows(entry: type[Dataset]) -> None:
    whole, part = example(entry, held_out=0).load(), example(entry, held_out=0.25).load()
    n = len(whole.inputs)
    assert len(part.inputs) + len(part.test_inputs) == n
    assert len(part.test_inputs) == pytest.approx(n / 4, abs=max(1, part.classes))
    spread = whole.inputs[:, np.ptp(whole.inputs, axis=0) > 0]
    together = np.concatenate([part.inputs, part.test_inputs])[:, np.ptp(whole.inputs, axis=0) > 0]
    ours = (together - together.mean(axis=0)) / together.std(axis=0)
    np.testing.assert_allclose(np.sort(ours, axis=0), np.sort(spread, axis=0), atol=1e-9)


@of_type(Bundled)
def test_another_seed_holds_out_other_rows_in_the_same_numbers(entry: type[Dataset]) -> None:
    first, second = (example(entry, seed=seed).load() for seed in (0, 1))
    assert first.test_inputs.shape == second.test_inputs.shape
    assert not np.array_equal(first.test_targets, second.test_targets) or not np.allclose(
        first.test_inputs, second.test_inputs
    )
    if first.classes:
        np.testing.assert_array_equal(np.bincount(first.test_targets), np.bincount(second.test_targets))


def test_the_catalogue_does_not_import_scikit_learn() -> None:
    code = (
        "import sys\nfrom app.core.spec import catalogue\nfrom app.datasets._base import Dataset\n"
        "assert 'iris' in catalogue('app.datasets', Dataset)\n"
        "assert not [m for m in sys.modules if m.split('.')[0] == 'sklearn']"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
