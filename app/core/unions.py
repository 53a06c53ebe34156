"""Catalogues as tagged unions of which no more is imported than a value names."""

from functools import cache, cached_property, reduce
from operator import or_
from pkgutil import resolve_name
from typing import Annotated, Any, NamedTuple

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema, core_schema

from app.core.spec import CatalogueEntry, catalogue, entry_of, named, names


@cache
def one_of(package: str, base: type[CatalogueEntry] = CatalogueEntry, **others: str) -> Any:
    """The tagged union (by ``kind``) of a catalogue, as an annotation; a bare kind is accepted too.

    Modules are imported when a value names their kind, and all of them when the schema is asked for, or when a value
    names none: describing one network takes a few of two hundred classes, and building them all is most of a cold
    start.

    Args:
        package: the catalogue; the module of a kind has its name.
        base: what its entries are.
        others: entries that stand elsewhere, by kind, as ``"module:Class"``.
    """
    union = _OneOf(package, base, others)
    _unions.append(union)
    return Annotated[Any, union]


def import_everything() -> None:
    """Import every entry of the unions made so far, and of those that their modules make.

    A long-lived process does so once, and no request waits for it; processes forked from it share what it has.
    """
    for union in _unions:  # grows while modules are imported
        union.complete()


class _OneOf:
    """Pydantic's view of :func:`one_of`."""

    def __init__(self, package: str, base: type[CatalogueEntry], others: dict[str, str]) -> None:
        self.package, self.base, self.others = package, base, others
        self._single = dict[str, TypeAdapter[Any]]()

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self._validated)

    def __get_pydantic_json_schema__(self, schema: CoreSchema, handler: GetJsonSchemaHandler) -> dict[str, Any]:
        return handler(self._all.core_schema)

    def complete(self) -> None:
        """Import all entries, and build what validates them."""
        _ = self._all

    def _validated(self, value: Any) -> Any:
        """Validated once, here or there: what is wrong in a value is looked for in its innermost union alone."""
        value = named(value)
        return (self._of(_kind(value)) or self._all).validate_python(value)

    def _of(self, kind: Any) -> TypeAdapter[Any] | None:
        """The union of the entry of that kind alone; None where there is no such entry."""
        if type(kind) is not str or not (kind in self.others or kind in names(self.package)):
            return None  # and nothing is kept by a name that somebody made up
        if kind not in self._single:
            path = self.others.get(kind)
            entry = resolve_name(path) if path else entry_of(self.package, self.base, kind)
            if entry is None:
                return None
            alone: Any = Annotated[entry, _Alone(kind)]
            self._single[kind] = TypeAdapter(alone)
        return self._single[kind]

    @cached_property
    def _all(self) -> TypeAdapter[Any]:
        entries = [*catalogue(self.package, self.base).values(), *map(resolve_name, self.others.values())]
        union: Any = Annotated[reduce(or_, entries), Field(discriminator="kind")]
        return TypeAdapter(union)


class _Alone(NamedTuple):
    """A tagged union of one: it finds the same at the same places as one of many does."""

    kind: str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.tagged_union_schema({self.kind: handler(source)}, "kind")


_unions: list[_OneOf] = []


def _kind(value: Any) -> Any:
    """What a value says that it is; None where it says nothing."""
    try:
        return value.get("kind") if isinstance(value, dict) else getattr(value, "kind", None)
    except Exception:  # a property may raise anything, and pydantic has words for that
        return None
