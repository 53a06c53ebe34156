"""People's own data, sent as rows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
from pydantic import ConfigDict, Field, TypeAdapter, ValidatorFunctionWrapHandler, field_validator
from pydantic_core.core_schema import ValidationInfo

from app.core.interfaces import Array, Data
from app.core.spec import Real, Whole, control
from app.datasets._base import Dataset, examples, generator, held_out_control, numbered, seed_control
from app.datasets._preparation import scaling, split, standardised
from app.datasets._table import MAX_LABEL, Rows, check_together, read_labels, read_numbers, read_rows

Number = Annotated[float, Field(strict=True)]
Row = Annotated[tuple[Number, ...], Field(fail_fast=True)]
Matrix = Annotated[tuple[Row, ...], Field(fail_fast=True)]
Name = Annotated[str, Field(max_length=MAX_LABEL)]
Targets = tuple[Annotated[int, Field(strict=True)] | Number | Name | tuple[Number, ...], ...]

_MATRIX: TypeAdapter[Rows] = TypeAdapter(Matrix, config=ConfigDict(allow_inf_nan=False))


def _read_targets(value: Any, task: str | None) -> tuple[Any, ...]:
    if task == "classification":
        return read_labels(value)
    if isinstance(value, list | tuple) and value and isinstance(value[0], list | tuple):
        return read_rows("targets", value, _MATRIX.validate_python)
    return read_numbers(value)


class Table(Dataset):
    """Rows as given: numbers for inputs; for targets numbers, rows of numbers, or class labels.

    Class labels are whole numbers or texts; the classes are their distinct values in sorted order. ``standardise``
    makes the columns of the inputs z-scores by the training rows (a constant column is centred and kept);
    ``standardise_targets`` does the same to the targets of a regression. At most 20,000 rows, 256 columns, 500,000
    numbers and 100 classes.
    """

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"kind": "table", "task": "regression", "inputs": [[0], [1], [2]], "targets": [0.1, 0.9, 2.1]},
                {"kind": "table", "task": "classification", "inputs": [[0, 1], [1, 0]], "targets": ["no", "yes"]},
            ]
        }
    )

    kind: Literal["table"] = "table"
    uploaded = True
    title = "Own data"
    summary = "Rows of numbers that you paste or send, with a number, several numbers or a class label for each."
    reference = "your own data; for how to lay them out: Wickham 2014, Tidy data, J. Statistical Software 59(10)"
    formula = r"\{(x^{(i)}, y^{(i)})\}_{i=1}^{n}"

    task: Literal["regression", "classification"] = Field(title="Task")
    inputs: Matrix = Field(title="Inputs", description="one list of numbers per example")
    targets: Targets = Field(title="Targets", description="per example a number, a list of numbers, or a class label")
    feature_names: tuple[Name, ...] | None = Field(None, title="Feature names", description="one per column of inputs")
    standardise: bool = control(False, "Standardise inputs", description="z-scores by the training rows")
    standardise_targets: bool = control(False, "Standardise targets", description="likewise, of a regression")
    held_out: Real = held_out_control(0.0)
    seed: Whole = seed_control()

    @field_validator("inputs", mode="wrap")
    @classmethod
    def _readable_inputs(cls, value: Any, validate: ValidatorFunctionWrapHandler) -> Rows:
        return read_rows("inputs", value, validate)

    @field_validator("targets", mode="before")
    @classmethod
    def _readable_targets(cls, value: Any, info: ValidationInfo) -> Any:
        targets = _read_targets(value, info.data.get("task"))
        if "inputs" in info.data:
            check_together(info.data["inputs"], targets)
        return targets

    @field_validator("feature_names")
    @classmethod
    def _one_name_per_column(cls, names: tuple[str, ...] | None, info: ValidationInfo) -> tuple[str, ...] | None:
        columns = len(info.data["inputs"][0]) if "inputs" in info.data else None
        if names is not None and columns is not None and len(names) != columns:
            raise ValueError(f"{len(names)} names were given but inputs has {columns} columns; give one per column")
        return names

    @field_validator("standardise_targets")
    @classmethod
    def _numbers_only(cls, wanted: bool, info: ValidationInfo) -> bool:
        if wanted and info.data.get("task") == "classification":
            raise ValueError('classes cannot be standardised; leave it out, or set "task": "regression"')
        return wanted

    def load(self) -> Data:
        classify = self.task == "classification"
        values, target_names = self._classes() if classify else self._outputs()
        rng = generator(self.seed)
        parts = split(len(values), values if classify else None, self.held_out, rng)
        raw = np.array(self.inputs, dtype=np.float64)
        inputs = standardised(raw, parts, "/inputs") if self.standardise else raw
        targets = standardised(values, parts, "/targets") if self.standardise_targets else values
        train, test = parts.of(inputs, targets)
        data = examples(train, test, self.feature_names or numbered(raw.shape[1]), target_names, classify=classify)
        return data._replace(
            input_scaling=scaling(raw, parts) if self.standardise else None,
            target_scaling=scaling(values, parts) if self.standardise_targets else None,
        )

    def _classes(self) -> tuple[Array, tuple[str, ...]]:
        labels = sorted(set(self.targets))
        index = {label: i for i, label in enumerate(labels)}
        return np.array([index[label] for label in self.targets]), tuple(str(label) for label in labels)

    def _outputs(self) -> tuple[Array, tuple[str, ...]]:
        values = np.array(self.targets, dtype=np.float64).reshape(len(self.targets), -1)
        return values, ("y",) if values.shape[1] == 1 else numbered(values.shape[1], "y")
