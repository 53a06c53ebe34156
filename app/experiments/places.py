"""Where a parameter stands in a network, as a client says it."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from app.core.errors import SpecError
from app.core.interfaces import Layer
from app.core.spec import Spec, Whole


class WeightSpec(Spec):
    """One parameter: its index in θ, or its layer with row and column."""

    index: Whole | None = Field(None, ge=0, title="Index", description="in θ; or give layer and row instead")
    layer: str | None = Field(None, max_length=40, title="Layer", description='"hidden 1", …, "output" or "direct"')
    row: Whole = Field(0, ge=0, title="Row", description="the unit it leads to")
    column: Whole | None = Field(None, ge=0, title="Column", description="the unit it comes from; null: the bias")


def _bare_index(value: Any) -> Any:
    """Let ``12`` stand for ``{"index": 12}``."""
    return {"index": value} if isinstance(value, int) and not isinstance(value, bool) else value


AnyWeight = Annotated[WeightSpec, BeforeValidator(_bare_index)]


def place_of(spec: WeightSpec, layers: tuple[Layer, ...]) -> tuple[int, int, int | None]:
    """(layer, row, column) as indices; the column of a bias is None.

    Raises:
        SpecError: there is no such parameter.
    """
    if (spec.index is None) == (spec.layer is None):
        raise SpecError("give either the index of a weight in θ, or its layer, row and column", "/weight")
    return _by_layer(spec, layers) if spec.index is None else _by_index(spec.index, layers)


def _by_index(index: int, layers: tuple[Layer, ...]) -> tuple[int, int, int | None]:
    if index >= layers[-1].stop:
        raise SpecError(f"index {index} must be at most {layers[-1].stop - 1}, the last parameter", "/weight/index")
    k, layer = next((k, layer) for k, layer in enumerate(layers) if index < layer.stop)
    row, column = divmod(index - layer.start, layer.fan_in)
    return (k, row, column) if row < layer.fan_out else (k, index - layer.start - layer.fan_in * layer.fan_out, None)


def _by_layer(spec: WeightSpec, layers: tuple[Layer, ...]) -> tuple[int, int, int | None]:
    names = [layer.name for layer in layers]
    if spec.layer not in names:
        raise SpecError(f'there is no layer "{spec.layer}"; there are {", ".join(names)}', "/weight/layer")
    k = names.index(spec.layer)
    _within("row", spec.row, layers[k].fan_out)
    if spec.column is not None:
        _within("column", spec.column, layers[k].fan_in)
    elif not layers[k].biases:
        raise SpecError(f"{spec.layer} has no biases; give a column", "/weight/column")
    return k, spec.row, spec.column


def _within(name: str, value: int, count: int) -> None:
    if value >= count:
        raise SpecError(
            f"{name} {value} must be at most {count - 1}; rows are units, columns what feeds them", f"/weight/{name}"
        )


def index_of(layer: Layer, row: int, column: int | None) -> int:
    """The place in θ."""
    return layer.start + (layer.fan_in * layer.fan_out + row if column is None else layer.fan_in * row + column)
