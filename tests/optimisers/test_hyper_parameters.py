"""What the fields accept, and what every entry says about itself."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest
from latex2mathml.converter import convert
from pydantic import TypeAdapter, ValidationError

from app.core.interfaces import Optimiser
from app.core.unions import one_of
from app.schedules.constant import Constant
from app.schedules.cosine import Cosine
from app.schedules.warm_up import WarmUp
from tests.optimisers.objectives import OPTIMISERS, Slope, rng

ANY = TypeAdapter(one_of("app.optimisers", Optimiser))
every_kind = pytest.mark.parametrize("kind", OPTIMISERS)
NUMBERS = [
    pytest.param(kind, name, schema, id=f"{kind}-{name}")
    for kind, cls in OPTIMISERS.items()
    for name, schema in cls.model_json_schema()["properties"].items()
    if schema.get("type") in ("number", "integer")
]


def refusal(kind: str, **fields: Any) -> str:
    with pytest.raises(ValidationError) as caught:
        ANY.validate_python({"kind": kind, **fields})
    return str(caught.value)


@pytest.mark.parametrize(("kind", "name", "schema"), NUMBERS)
@pytest.mark.parametrize("value", [True, "0.1", None, [0.1], float("nan"), float("inf")])
def test_a_number_is_a_number(kind: str, name: str, schema: dict[str, Any], value: Any) -> None:
    assert name in refusal(kind, **{name: value})


@pytest.mark.parametrize(("kind", "name", "schema"), NUMBERS)
def test_out_of_range_is_refused_with_the_limit(kind: str, name: str, schema: dict[str, Any]) -> None:
    lowest = schema.get("minimum", schema.get("exclusiveMinimum"))
    highest = schema.get("maximum", schema.get("exclusiveMaximum"))
    assert lowest is not None
    assert highest is not None
    assert re.search(rf"greater than (or equal to )?{lowest:.12g}\b", refusal(kind, **{name: lowest - 1}))
    assert re.search(rf"less than (or equal to )?{highest:.12g}\b", refusal(kind, **{name: highest + 1}))


@pytest.mark.parametrize(("kind", "name", "schema"), NUMBERS)
def test_every_number_is_a_control_with_a_symbol_a_help_text_and_a_valid_slider(
    kind: str, name: str, schema: dict[str, Any]
) -> None:
    assert schema["title"]
    assert schema["symbol"]
    assert schema["description"].endswith(".")
    assert schema["scale"] in ("linear", "log")
    low, high = schema.get("slider", (schema.get("minimum"), schema.get("maximum")))
    assert low <= schema["default"] <= high
    assert schema["scale"] == "linear" or low > 0
    for value in (low, high):
        ANY.validate_python({"kind": kind, name: value})


@every_kind
def test_an_optimiser_names_itself_and_its_source(kind: str) -> None:
    cls = OPTIMISERS[kind]
    assert cls.title
    assert cls.summary.endswith(".")
    assert any(word in cls.reference for word in ("quation", "lgorithm", "figure", "lecture", "section"))
    assert cls.__doc__ is not None
    assert "Reference:" in cls.__doc__
    assert "<merror" not in convert(cls.formula)


@every_kind
def test_a_spec_survives_the_wire(kind: str) -> None:
    optimiser = OPTIMISERS[kind]()
    assert ANY.validate_json(optimiser.model_dump_json()) == optimiser
    assert ANY.validate_python(kind) == optimiser
    assert hash(ANY.validate_python({"kind": kind})) == hash(optimiser)


@every_kind
def test_unknown_fields_are_refused_and_specs_are_frozen(kind: str) -> None:
    assert "Extra inputs are not permitted" in refusal(kind, learning_rat=0.1)
    with pytest.raises(ValidationError, match="frozen"):
        OPTIMISERS[kind]().__setattr__("kind", "other")


@every_kind
def test_the_schedule_drives_the_learning_rate_that_is_used_and_reported(kind: str) -> None:
    cls = OPTIMISERS[kind]
    if "schedule" not in cls.model_fields:
        assert "learning_rate" not in cls.model_fields
        return
    optimiser = ANY.validate_python({"kind": kind, "schedule": {"kind": "cosine", "steps": 4}, "learning_rate": 0.2})
    assert optimiser.schedule == Cosine(steps=4)
    state = optimiser.init(Slope([1.0]), np.ones(1), rng())
    rates = []
    for _ in range(6):
        before = state
        state, info = optimiser.step(Slope([1.0]), state, rng())
        rates.append(info.learning_rate)
    assert rates == pytest.approx([0.2, 0.2 * (2 + 2**0.5) / 4, 0.1, 0.2 * (2 - 2**0.5) / 4, 0.0, 0.0])
    assert optimiser.learning_rate == 0.2
    carries_momentum = "momentum" in cls.model_fields or cls.coasts
    assert carries_momentum or np.array_equal(state.theta, before.theta)


def test_a_schedule_may_be_given_by_its_bare_kind_and_may_hold_another() -> None:
    assert ANY.validate_python({"kind": "adam", "schedule": "constant"}).schedule == Constant()
    nested = {"kind": "warm_up", "steps": 3, "after": {"kind": "cosine", "steps": 9}}
    assert ANY.validate_python({"kind": "adam", "schedule": nested}).schedule == WarmUp(steps=3, after=Cosine(steps=9))


def test_an_unknown_schedule_is_refused_with_the_known_ones() -> None:
    assert "'constant', 'cosine'" in refusal("adam", schedule={"kind": "cosin"})
