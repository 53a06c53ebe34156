"""Everything that can be chosen, described from the classes themselves."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from threading import Lock
from types import MappingProxyType
from typing import Any

import orjson
from latex2mathml.converter import convert

from app.core.spec import CatalogueEntry, catalogue, kind_of
from app.inference._objectives import ElboSpec, TargetSpec
from app.objectives.network import NetworkSpec
from app.targets._base import TargetEntry

PACKAGES: Mapping[str, str] = MappingProxyType(
    {
        "surfaces": "app.objectives.surfaces",
        "activations": "app.activations",
        "losses": "app.losses",
        "regularisers": "app.regularisers",
        "initialisers": "app.initialisers",
        "datasets": "app.datasets",
        "schedules": "app.schedules",
        "optimisers": "app.optimisers",
        "planes": "app.landscapes.planes",
        "targets": "app.targets",
        "samplers": "app.samplers",
        "integrators": "app.integrators",
        "families": "app.variational",
        "inference": "app.inference",
        "broken_samplers": "app.samplers.broken",
    }
)
"""Name in the catalogue → the package whose entries it lists; the entries are found, not listed."""


_ONE_AT_A_TIME = Lock()


def catalogue_document() -> bytes:
    """The body of ``GET /api/catalogue``; whoever asks while it is made waits for it."""
    with _ONE_AT_A_TIME:
        return _document()


@cache
def _document() -> bytes:
    found = {
        name: [_entry(entry, _FACTS.get(name, {})) for entry in catalogue(package).values()]
        for name, package in PACKAGES.items()
    }
    return orjson.dumps(
        found | {"objectives": [_entry(entry, {}) for entry in (NetworkSpec, ElboSpec, TargetSpec)]},
        option=orjson.OPT_SERIALIZE_NUMPY,
    )


def _entry(entry: type[CatalogueEntry], facts: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    return {
        "kind": kind_of(entry),
        "title": entry.title,
        "summary": entry.summary,
        "reference": entry.reference,
        "formula": entry.formula,
        "mathml": convert(entry.formula, display="block") if entry.formula else "",
        "schema": entry.model_json_schema(),
        **_stated(entry, facts),
    }


def _stated(entry: type[CatalogueEntry], facts: Mapping[str, Callable[[Any], Any]]) -> dict[str, Any]:
    """What an entry says of itself at default parameters, where it has defaults for all of them."""
    if not facts or any(field.is_required() for field in entry.model_fields.values()):
        return {}
    instance = entry()
    return {name: read(instance) for name, read in facts.items()}


def _minima(surface: Any) -> list[dict[str, Any]]:
    return [{"point": list(minimum.point), "value": minimum.value} for minimum in surface.minima()]


_CLAIMS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "leaves_target_invariant": lambda kernel: kernel.leaves_target_invariant,
        "needs_gradient": lambda kernel: kernel.needs_gradient,
        "couples_chains": lambda kernel: kernel.couples_chains,
    }
)

_FACTS: Mapping[str, Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "surfaces": {
            "window": lambda surface: list(surface.window()),
            "start": lambda surface: list(surface.start()),
            "minima": _minima,
            "log_height": lambda surface: bool(surface.log_height),
            "suggested_learning_rate": lambda surface: surface.suggested_learning_rate(),
        },
        "optimisers": {
            "learning_rate_unit": lambda optimiser: optimiser.learning_rate_unit,
            "needs_model": lambda optimiser: optimiser.needs_model,
        },
        "samplers": _CLAIMS,
        "broken_samplers": {
            **_CLAIMS,
            "broken": lambda kernel: kernel.broken,
            "repaired": lambda kernel: kernel.repaired,
            "exhibit": lambda kernel: dict(kernel.exhibit),
        },
        "targets": {"can_be_simulated": lambda target: type(target).simulated is not TargetEntry.simulated},
        "activations": {"slope_bound": lambda activation: float(activation.slope_bound)},
    }
)
"""What entries of a catalogue state beyond their fields."""
