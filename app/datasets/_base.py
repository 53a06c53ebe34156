"""What a dataset is, and the parts every dataset shares."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from app.core.interfaces import Array, Data
from app.core.spec import CatalogueEntry, control

Sample = tuple[Array, Array]
"""Inputs ``(n, features)`` and targets: ``(n,)`` class indices, or ``(n, outputs)`` values."""

MAX_EXAMPLES = 20_000
_DOMAIN = 0xDA7A


class Dataset(CatalogueEntry):
    """Examples of a task; the fields say which, and equal fields give equal bytes.

    Attributes:
        uploaded: whether the examples are in the fields, sent by somebody: a server does not keep them.
    """

    uploaded: ClassVar[bool] = False

    def load(self) -> Data:
        """The examples, as read-only arrays; callers keep them if they need them again.

        Raises:
            SpecError: the fields are each valid but cannot be carried out together.
        """
        raise NotImplementedError


def generator(seed: int, stream: int = 0) -> np.random.Generator:
    """Counter-based randomness, a stream apart from those of initialisers, batches and planes of the same seed."""
    return np.random.Generator(np.random.Philox(key=[seed, _DOMAIN], counter=[0, 0, 0, stream]))


def seed_control() -> Any:
    """The field ``seed`` of whatever draws."""
    return control(0, "Seed", ge=0, lt=2**32, description="equal seeds give equal examples")


def held_out_control(default: float) -> Any:
    """The field ``held_out`` of data that are split rather than drawn."""
    return control(
        default, "Held out", ge=0, le=0.9, description="fraction of each class (or of the rows) kept for testing"
    )


def numbered(count: int, letter: str = "x") -> tuple[str, ...]:
    """Names x₁, x₂, … for ``count`` columns."""
    digits = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
    return tuple(f"{letter}{i + 1}".translate(digits) for i in range(count))


def examples(
    train: Sample, test: Sample | None, feature_names: tuple[str, ...], target_names: tuple[str, ...], *, classify: bool
) -> Data:
    """Data of the contract's types: classes are ``target_names`` where ``classify``, outputs otherwise."""
    held_out = test or (train[0][:0], train[1][:0])
    kind = np.int64 if classify else np.float64
    inputs, test_inputs = (_frozen(sample[0], np.float64) for sample in (train, held_out))
    targets, test_targets = (_frozen(sample[1], kind) for sample in (train, held_out))
    task, classes = ("classification", len(target_names)) if classify else ("regression", 0)
    return Data(inputs, targets, test_inputs, test_targets, task, classes, feature_names, target_names)


def _frozen(values: Array, dtype: type) -> Array:
    array: Array = np.array(values, dtype=dtype, order="C")
    array.setflags(write=False)
    return array
