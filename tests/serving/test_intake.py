"""Bodies to specs: every refusal says where and what to do, however hostile the body."""

from __future__ import annotations

import json
import pickle
from contextlib import suppress
from typing import Annotated, Any, Literal, Self

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BeforeValidator, Field, model_validator

from app.core.errors import SpecError
from app.core.spec import Real, Spec, Whole, named
from app.serving.explain import shown
from app.serving.intake import pack, parse, validate
from app.serving.problems import FieldError, RefusalError


class Step(Spec):
    kind: Literal["step"] = "step"
    step: Whole = Field(1, ge=1)
    factor: Real = Field(0.5, gt=0, lt=1)


class Formula(Spec):
    kind: Literal["formula"] = "formula"
    expression: str = Field(max_length=10)

    @model_validator(mode="after")
    def _parses(self) -> Self:
        if "?" in self.expression:
            raise SpecError("? is not an operator; remove it", "/expression", self.expression.index("?"))
        return self


Choice = Annotated[Step | Formula, Field(discriminator="kind"), BeforeValidator(named)]


class Start(Spec):
    parameters: tuple[Real, ...] | None = None


def bare(value: Any) -> Any:
    return {"parameters": value} if isinstance(value, list) else value


class Sample(Spec):
    objective: Choice
    others: tuple[Choice, ...] = Field((), max_length=3)
    origin: Annotated[Start, BeforeValidator(bare)] | Literal["final"] | None = None
    steps: Whole = 10
    flag: bool = False


def faults(tree: Any) -> list[FieldError]:
    with pytest.raises(RefusalError) as caught:
        validate(Sample, tree)
    assert caught.value.status == 422
    return list(caught.value.errors)


def refused(body: bytes) -> FieldError:
    with pytest.raises(RefusalError) as caught:
        parse(body)
    assert caught.value.status == 400
    assert len(json.dumps(caught.value.report())) < 2000
    return caught.value.errors[0]


@pytest.mark.parametrize(
    ("body", "position", "says"),
    [
        (b"", None, "empty"),
        (b"  \n", None, "empty"),
        (b"{", 1, "line 1"),
        (b'{"a": }', 6, "column 7"),
        (b'{"a": NaN}', 6, "NaN is not a JSON number"),
        (b'{"a": Infinity}', 6, "Infinity is not a JSON number"),
        (b'{"a": -Infinity}', 7, "Infinity is not a JSON number"),
        ('{"é": NaN}'.encode(), 6, "NaN is not a JSON number"),
        (b"1e400", 0, "too large for a double"),
        (b'{"a": -1e400}', 6, "too large for a double"),
        (b"9" * 5000, 0, "too large for a double"),
        (b'{"a": "\\ud800"}', None, "surrogate"),
        (b'{"a": "\xed\xa0\x80"}', None, "UTF-8"),
        (b'\xff\xfe{"a"}', None, "UTF-8"),
        (b"[" * 100_000, None, "nested"),
        (b'{"a":' * 100_000, None, "nested"),
        (b"[" * 1000 + b"]" * 1000, None, "nested"),
        (b'"' + b"a" * 3_000_000, None, ""),
        (b'{"a": 1} trailing', 9, ""),
    ],
)
def test_what_is_not_json_is_refused_with_the_place(body: bytes, position: int | None, says: str) -> None:
    fault = refused(body)
    assert says in fault.detail and fault.pointer == ""
    if position is not None:
        assert fault.position is None or abs(fault.position - position) <= 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"a": 1, "a": 2}', "/a"),
        (b'{"a": [{}, {"b": 1, "b": 1}]}', "/a/1/b"),
        (b'{"a/b": {"~": 1, "~": 2}}', "/a~1b/~0"),
        (b'{"a": {"b": 1, "b": 2}, "a": 3}', "/a"),
    ],
)
def test_a_field_given_twice_is_pointed_at(body: bytes, pointer: str) -> None:
    fault = refused(body)
    assert fault.pointer == pointer and "twice" in fault.detail


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), inner),
        max_leaves=12,
    )
)
def test_json_is_read_as_python_reads_it(tree: Any) -> None:
    assert parse(json.dumps(tree).encode()) == tree


@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        json.loads(body)
    except (ValueError, RecursionError):
        refused(body)
    else:
        with suppress(RefusalError):
            parse(body)


FORMULA = {"kind": "formula", "expression": "x"}


@pytest.mark.parametrize(
    ("tree", "pointer", "says"),
    [
        ({}, "/objective", "required"),
        ([], "", "object"),
        (None, "", "object"),
        ({"objective": {"kind": "formula"}}, "/objective/expression", "required"),
        ({"objective": "formula"}, "/objective/expression", "required"),
        ({"objective": {"kind": "formula", "expression": "x" * 11}}, "/objective/expression", "at most 10 characters"),
        ({"objective": {"kind": "formula", "expression": 3}}, "/objective/expression", "text"),
        ({"objective": {"kind": "circle"}}, "/objective/kind", "'step', 'formula'"),
        ({"objective": "circle"}, "/objective", "'step', 'formula'"),
        ({"objective": {}}, "/objective", "kind"),
        ({"objective": {"kind": "step", "step": 0}}, "/objective/step", "0 must be at least 1"),
        ({"objective": {"kind": "step", "factor": 2}}, "/objective/factor", "2 must be less than 1"),
        ({"objective": {"kind": "step", "step": 1.5}}, "/objective/step", "whole number"),
        ({"objective": {"kind": "step", "step": True}}, "/objective/step", "must be a number, not bool"),
        ({"objective": {"kind": "step", "step": "1"}}, "/objective/step", "must be a number, not str"),
        ({"objective": FORMULA, "others": [FORMULA, {"kind": "step", "x/y": 1}]}, "/others/1/x~1y", "known fields"),
        ({"objective": FORMULA, "others": ["step"] * 4}, "/others", "at most 3"),
        ({"objective": FORMULA, "others": [1] * 10**6}, "/others", "1,000,000 are too many, at most 3"),
        ({f"u{i}": 1 for i in range(2000)}, "", "2,000 are too many, at most 1,000"),
        ({"objective": {**FORMULA, **{f"u{i}": 1 for i in range(2000)}}}, "/objective", "at most 1,000"),
        ({"objective": FORMULA, "step": 1}, "/step", 'did you mean "steps"'),
        ({"objective": FORMULA, "origin": {"parameter": [1]}}, "/origin/parameter", 'did you mean "parameters"'),
        ({"objective": FORMULA, "origin": {"parameters": [1, None]}}, "/origin/parameters/1", "number"),
        ({"objective": FORMULA, "origin": [1, "2"]}, "/origin/1", "number"),
        ({"objective": FORMULA, "flag": "perhaps"}, "/flag", '"perhaps"'),
    ],
)
def test_a_fault_is_pointed_at_in_the_body_as_it_was_sent(tree: Any, pointer: str, says: str) -> None:
    found = faults(tree)
    assert found[0].pointer == pointer and says in found[0].detail, found
    assert len(found) == 1


def test_an_error_of_ours_brings_its_own_pointer_and_position() -> None:
    (fault,) = faults({"objective": {"kind": "formula", "expression": "x?y"}})
    assert fault == FieldError("/objective/expression", "? is not an operator; remove it", 1)


def test_large_values_and_many_faults_are_not_sent_back() -> None:
    found = faults({"objective": {"kind": "step", "factor": "z" * 3_000_000}, **{f"u{i}" * 1000: 1 for i in range(99)}})
    assert len(found) == 20 and len(str(found)) < 20_000


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        ([1, 2], "a list of 2"),
        ({"a": 1}, "an object of 1"),
        (0.5, "0.5"),
        (10**30, "1e+30"),
        ("word", '"word"'),
    ],
)
def test_values_are_shown_as_json_in_a_few_characters(value: Any, text: str) -> None:
    assert shown(value) == text
    assert len(shown("w" * 10**6)) < 100 and len(shown(10**300)) < 100


def test_equal_specs_have_equal_keys_however_they_are_written() -> None:
    short = pack("run", Sample, b'{"objective": "step"}')
    long = pack("run", Sample, b'{"steps": 10.0, "objective": {"step": 1, "kind": "step"}}')
    assert short == long and hash(short) == hash(long)
    assert pickle.loads(short.data) == pickle.loads(long.data)
    assert pack("landscape", Sample, b'{"objective": "step"}') != short
