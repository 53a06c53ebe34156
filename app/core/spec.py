"""Frozen specs and the catalogues they form: one file adds one entry, and everything else is derived."""

# Annotations are no text here: pydantic evaluates those of a base anew for each of its subclasses.
import importlib
import inspect
import pkgutil
from functools import cache
from types import ModuleType
from typing import Annotated, Any, ClassVar, Literal, TypeVar, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


def number(value: Any) -> Any:
    """Refuse what Python would coerce to a number although a person did not write one."""
    if isinstance(value, bool | str | bytes):
        raise ValueError(f"must be a number, not {type(value).__name__}; write it without quotes")
    return value


Real = Annotated[float, BeforeValidator(number)]
"""A finite float; booleans and strings are refused."""

Whole = Annotated[int, BeforeValidator(number)]
"""An integer (``214.0`` is one); booleans, strings and fractions are refused."""


# Bounds stand before the validator: only then do they reach the JSON schema under its own names.
Coordinate = Annotated[float, Field(ge=-1e100, le=1e100), BeforeValidator(number)]
"""A place on an axis: bounded so that distances and their squares stay finite."""


Seed = Annotated[int, Field(ge=0, lt=2**32), BeforeValidator(number)]
"""Keys a stream of random numbers."""

Count = Annotated[int, Field(ge=1), BeforeValidator(number)]
"""How many, at least one."""


class Spec(BaseModel):
    """An immutable, validated description; equal specs hash alike and give the same bytes."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class CatalogueEntry(Spec):
    """A spec that people choose by ``kind``.

    A final subclass sets ``kind: Literal["…"] = "…"`` and the class attributes below; its fields are its
    controls (see :func:`control`).

    Attributes:
        title: name as the page shows it.
        summary: one or two sentences: what it is and what to watch.
        reference: author, year, title and where in it (section or equation).
        formula: LaTeX of the defining equation, in the symbols of ``reference``.
    """

    title: ClassVar[str]
    summary: ClassVar[str]
    reference: ClassVar[str]
    formula: ClassVar[str]


Entry = TypeVar("Entry", bound=CatalogueEntry)


def control(
    default: Any,
    title: str,
    *,
    symbol: str = "",
    unit: str = "",
    scale: Literal["linear", "log"] = "linear",
    slider: tuple[float, float] | None = None,
    **constraints: Any,
) -> Any:
    """A field that the page draws as a control.

    Args:
        default: value when the field is left out.
        title: label; ``constraints["description"]`` is its help text.
        symbol: the symbol of the cited equation, e.g. ``η``.
        unit: physical unit, empty where dimensionless.
        scale: how a slider maps its travel to values.
        slider: travel of the slider when narrower than the bounds; values outside it stay valid.
        constraints: passed to :func:`pydantic.Field` (``gt``, ``ge``, ``lt``, ``le``, ``description``, …).
    """
    extra: dict[str, Any] = {"scale": scale}
    if symbol:
        extra["symbol"] = symbol
    if unit:
        extra["unit"] = unit
    if slider:
        extra["slider"] = list(slider)
    return Field(default=default, title=title, json_schema_extra=extra, **constraints)


@cache
def catalogue(package: str, base: type[CatalogueEntry] = CatalogueEntry) -> dict[str, type[CatalogueEntry]]:
    """Every final entry defined in the modules of ``package``, by ``kind``, in alphabetical order of module.

    Modules whose name starts with ``_`` hold shared parts, not entries.

    Raises:
        TypeError: two entries share a kind, or an entry lacks a class attribute.
    """
    found: dict[str, type[CatalogueEntry]] = {}
    for module in _modules(package):
        for entry in _entries(module, base):
            kind = kind_of(entry)
            if found.setdefault(kind, entry) is not entry:
                raise TypeError(f"kind {kind!r} is used by both {found[kind]} and {entry}; rename one")
    return found


def _modules(package: str) -> list[ModuleType]:
    return [importlib.import_module(f"{package}.{name}") for name in sorted(names(package))]


def _entries(module: ModuleType, base: type[CatalogueEntry]) -> list[type[CatalogueEntry]]:
    classes = [c for _, c in inspect.getmembers(module, inspect.isclass) if c.__module__ == module.__name__]
    return [c for c in classes if issubclass(c, base) and "kind" in c.model_fields]


def kind_of(entry: type[CatalogueEntry]) -> str:
    """The literal that selects ``entry``."""
    (kind,) = get_args(entry.model_fields["kind"].annotation)
    return str(kind)


def named(value: Any) -> Any:
    """Let ``"tanh"`` stand for ``{"kind": "tanh"}``."""
    return {"kind": value} if isinstance(value, str) else value


@cache
def names(package: str) -> frozenset[str]:
    """The modules of a catalogue, which are named as the kinds in them."""
    parent = importlib.import_module(package)
    return frozenset(m.name for m in pkgutil.iter_modules(parent.__path__) if not m.name.startswith("_"))


@cache
def entry_of(package: str, base: type[CatalogueEntry], kind: str) -> type[CatalogueEntry] | None:
    """The entry of a kind in :func:`names`, imported alone; None where its module has it under another name."""
    entries = _entries(importlib.import_module(f"{package}.{kind}"), base)
    return next((entry for entry in entries if kind_of(entry) == kind), None)
