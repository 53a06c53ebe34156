"""Schedules against their closed forms, and what all of them promise."""

from __future__ import annotations

from math import cos, pi, sqrt
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from latex2mathml.converter import convert
from pydantic import TypeAdapter, ValidationError

from app.core.spec import catalogue
from app.core.unions import one_of
from app.schedules._base import Decay, Schedule
from app.schedules.constant import Constant
from app.schedules.cosine import Cosine
from app.schedules.exponential import Exponential
from app.schedules.inverse_time import InverseTime
from app.schedules.step import Step
from app.schedules.warm_up import WarmUp

SCHEDULES: dict[str, type[Schedule]] = catalogue("app.schedules", Schedule)
DECAYS: dict[str, type[Decay]] = catalogue("app.schedules", Decay)
ANY = TypeAdapter(one_of("app.schedules", Schedule))
every_schedule = pytest.mark.parametrize("kind", SCHEDULES)
every_decay = pytest.mark.parametrize("kind", DECAYS)
fractions = st.floats(0.0, 1.0)
spans = st.integers(1, 500)

decays = st.one_of(
    st.just(Constant()),
    st.builds(Step, every=spans, drop=st.floats(0.01, 1.0)),
    st.builds(Cosine, steps=spans, floor=fractions),
    st.builds(Exponential, rate=st.floats(0.01, 1.0)),
    st.builds(InverseTime, rate=st.floats(0.0, 100.0), power=st.floats(0.01, 4.0)),
)
schedules = decays | st.builds(WarmUp, steps=spans, start=fractions, after=decays)


def test_the_strategies_cover_the_catalogue() -> None:
    assert set(DECAYS) | {"warm_up"} == set(SCHEDULES)
    assert set(DECAYS) == {"constant", "step", "cosine", "exponential", "inverse_time"}


@every_schedule
@pytest.mark.parametrize("t", [0, 1, 10, 10**6, 10**9])
def test_a_factor_lies_between_zero_and_one(kind: str, t: int) -> None:
    assert 0.0 <= SCHEDULES[kind]().factor(t) <= 1.0


@given(schedule=schedules, t=st.integers(0, 10**6))
def test_a_factor_lies_between_zero_and_one_whatever_the_fields(schedule: Schedule, t: int) -> None:
    assert 0.0 <= schedule.factor(t) <= 1.0


@given(decay=decays, t=st.integers(0, 2000), later=st.integers(0, 2000))
def test_a_decay_starts_at_one_and_never_rises(decay: Decay, t: int, later: int) -> None:
    assert decay.factor(0) == 1.0
    assert decay.factor(t + later) <= decay.factor(t)


@every_schedule
def test_a_schedule_is_constant_exactly_where_it_says_so(kind: str) -> None:
    factors = {SCHEDULES[kind]().factor(t) for t in range(0, 5000, 7)}
    assert (factors == {1.0}) == SCHEDULES[kind].constant


@given(every=spans, drop=st.floats(0.01, 1.0), drops=st.integers(0, 20))
def test_step_drops_at_multiples_and_holds_between(every: int, drop: float, drops: int) -> None:
    schedule = Step(every=every, drop=drop)
    product = 1.0
    for _ in range(drops):
        product *= drop
    for t in (drops * every, drops * every + every - 1):
        assert schedule.factor(t) == pytest.approx(product, rel=1e-12)


@given(steps=spans, floor=fractions)
def test_cosine_is_one_at_the_start_the_mean_half_way_and_its_floor_from_the_end(steps: int, floor: float) -> None:
    schedule = Cosine(steps=2 * steps, floor=floor)
    assert schedule.factor(0) == 1.0
    assert schedule.factor(steps) == pytest.approx((1 + floor) / 2)
    assert schedule.factor(2 * steps) == schedule.factor(2 * steps + 1) == schedule.factor(10**6) == floor
    third = Cosine(steps=3 * steps, floor=floor).factor(steps)
    assert third == pytest.approx(floor + (1 - floor) * 0.5 * (1 + cos(pi / 3)))


@given(rate=st.floats(0.5, 1.0), t=st.integers(0, 200))
def test_exponential_falls_by_the_same_factor_every_step(rate: float, t: int) -> None:
    schedule = Exponential(rate=rate)
    assert schedule.factor(t + 1) == pytest.approx(rate * schedule.factor(t), rel=1e-12)


def test_exponential_underflows_to_zero_without_complaint() -> None:
    assert Exponential(rate=0.5).factor(10**6) == 0.0


@given(t=st.integers(0, 10**6))
def test_inverse_time_is_the_harmonic_sequence_and_its_roots(t: int) -> None:
    assert InverseTime(rate=1.0).factor(t) == pytest.approx(1 / (t + 1), rel=1e-14)
    assert InverseTime(rate=1.0, power=0.5).factor(t) == pytest.approx(1 / sqrt(t + 1), rel=1e-14)


@given(rate=st.floats(1e-4, 1.0), power=st.floats(0.1, 1.0))
def test_inverse_time_halves_to_the_power_after_one_over_its_rate(rate: float, power: float) -> None:
    t = round(1 / rate)
    assert InverseTime(rate=rate, power=power).factor(t) == pytest.approx((1 + rate * t) ** -power)
    assert InverseTime(rate=1 / 64, power=power).factor(64) == pytest.approx(2**-power)


@given(steps=spans, start=fractions, after=decays, t=st.integers(0, 1000))
def test_warm_up_rises_linearly_then_follows(steps: int, start: float, after: Decay, t: int) -> None:
    schedule = WarmUp(steps=steps, start=start, after=after)
    assert schedule.factor(0) == pytest.approx(start)
    assert schedule.factor(steps) == 1.0
    assert schedule.factor(steps + t) == after.factor(t)
    rises = [schedule.factor(i + 1) - schedule.factor(i) for i in range(steps)]
    assert rises == pytest.approx([(1 - start) / steps] * steps, abs=1e-12)


@pytest.mark.parametrize("after", [{"kind": "warm_up"}, {"kind": "constant", "x": 1}, 3])
def test_a_warm_up_is_followed_by_a_decay_only(after: Any) -> None:
    with pytest.raises(ValidationError):
        ANY.validate_python({"kind": "warm_up", "after": after})


@every_schedule
def test_a_schedule_names_itself_and_its_source_and_survives_the_wire(kind: str) -> None:
    cls = SCHEDULES[kind]
    assert cls.title
    assert cls.summary.endswith(".")
    assert any(word in cls.reference for word in ("equation", "section", "Theorem"))
    assert "Reference:" in (cls.__doc__ or "")
    assert "<merror" not in convert(cls.formula)
    assert ANY.validate_json(cls().model_dump_json()) == cls()


@every_schedule
def test_every_number_refuses_booleans_strings_and_what_is_out_of_range(kind: str) -> None:
    for name, schema in SCHEDULES[kind].model_json_schema()["properties"].items():
        if schema.get("type") not in ("number", "integer"):
            continue
        highest = schema["maximum"]
        for value in (True, "1", -1, highest + 1, float("nan")):
            with pytest.raises(ValidationError) as caught:
                ANY.validate_python({"kind": kind, name: value})
            assert name in str(caught.value)
