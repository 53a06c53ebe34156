"""People's own files: read as they are meant, or refused with the place and the remedy."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.datasets._assembled import Reading, report
from app.datasets._csv import Fault, TableError
from app.datasets.table import Table

PETS = "height,weight,species\n12.1,3.4,cat\n40.2,20.5,dog\n11.0,2.9,cat\n38.7,18.8,dog\n"

WIDE = "\n".join(",".join(str(i * j) for i in range(1, 301)) for j in (1, 2, 3))


def read(file: str | bytes, charset: str = "utf-8", **reading: Any) -> dict[str, Any]:
    return report(file if isinstance(file, bytes) else file.encode(), charset, Reading(**reading))


def faults(file: str | bytes, **reading: Any) -> tuple[Fault, ...]:
    with pytest.raises(TableError) as caught:
        read(file, **reading)
    return caught.value.faults


def column(found: dict[str, Any], name: str) -> dict[str, Any]:
    return next(entry for entry in found["columns"] if entry["name"] == name)


def test_a_table_of_classes_becomes_its_dataset() -> None:
    found = read(PETS)
    assert (found["task"], found["target"], found["rows"], found["header"]) == ("classification", 2, 4, True)
    assert column(found, "species")["classes"] == [{"label": "cat", "count": 2}, {"label": "dog", "count": 2}]
    assert found["problems"] == []
    data = Table.model_validate(found["dataset"]).load()
    assert data.feature_names == ("height", "weight") and data.target_names == ("cat", "dog")
    assert data.targets.tolist() == [0, 1, 0, 1]


def test_a_table_of_numbers_becomes_a_regression_of_the_chosen_target() -> None:
    found = read(PETS, target="weight")
    assert found["task"] == "regression" and found["dataset"]["targets"] == [3.4, 20.5, 2.9, 18.8]
    assert found["dataset"]["feature_names"] == ["height", "species = cat", "species = dog"]
    assert [row[1:] for row in found["dataset"]["inputs"]] == [[1, 0], [0, 1], [1, 0], [0, 1]]
    assert read(PETS, target="1")["dataset"] == found["dataset"]


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + PETS,
        PETS.replace("\n", "\r\n"),
        PETS.replace("\n", "\r"),
        PETS.replace(",", ";"),
        PETS.replace(",", "\t"),
        PETS.replace(",", " | ").replace("|", "|"),
        PETS + "\n\n,,\n",
        PETS.replace("cat", '"cat"').replace("height", '"height"'),
        PETS.replace(",", ";").replace(".", ","),
        PETS.encode("utf-16"),
    ],
    ids=["bom", "crlf", "cr", "semicolons", "tabs", "pipes", "blank lines", "quotes", "decimal commas", "utf-16"],
)
def test_the_ways_programs_write_a_table_are_one_table(text: str | bytes) -> None:
    assert read(text)["dataset"] == read(PETS)["dataset"]


def test_quoted_fields_may_hold_delimiters_quotes_and_line_ends() -> None:
    found = read('x,"the ""label"""\n1,"a, b"\n2,"c\nd"\n3,"a, b"\n')
    assert found["dataset"]["targets"] == ["a, b", "c\nd", "a, b"]
    assert found["columns"][1]["name"] == 'the "label"'


@pytest.mark.parametrize(
    ("text", "header"),
    [
        ("1,2\n3,4\n5,6\n", False),
        ("a,b\n1,2\n3,5\n", True),
        ("colour,size\nred,big\nblue,small\nred,small\n", True),
        ("red,big\nblue,small\nred,small\n", False),
        ("2019,2020\n1,2\n3,4\n", False),
    ],
)
def test_a_header_is_told_from_data(text: str, header: bool) -> None:
    assert read(text)["header"] is header
    assert read(text, header="no")["rows"] == read(text, header="yes")["rows"] + 1


def test_names_are_made_where_there_are_none_and_made_unique() -> None:
    assert [c["name"] for c in read("1,2\n3,4\n")["columns"]] == ["column 1", "column 2"]
    assert [c["name"] for c in read("a,a,\n1,2,3\n4,5,6\n", header="yes")["columns"]] == ["a", "a (2)", "column 3"]


def test_a_missing_value_is_a_problem_with_its_place_or_its_row_is_dropped() -> None:
    text = "a,b,y\n1,2,3\n4,,6\n7,8,NA\n10,11,12.5\n"
    found = read(text)
    assert found["dataset"] is None and column(found, "b")["missing"] == column(found, "y")["missing"] == 1
    first, second = found["problems"]
    assert (first.row, first.column) == (1, 1) and "line 3, column 2 (b): the value is missing" in first.detail
    assert (second.row, second.column) == (2, 2) and text[second.position :].startswith("7,8,NA")
    dropped = read(text, gaps="drop")
    assert dropped["dropped"] == 2 and dropped["dataset"]["targets"] == [3.0, 12.5]


@pytest.mark.parametrize("cell", ["1e400", "-1e999", "inf", "abc", "=1+1", "0x10", "1_000", "1 000", "٣"])
def test_what_is_no_number_among_numbers_is_named(cell: str) -> None:
    rows = "".join(f"{i},{i * 1.5}\n" for i in range(9))
    found = read(f"x,y\n{rows}{cell},2\n")
    (problem,) = found["problems"]
    assert found["dataset"] is None and column(found, "x")["type"] == "mixed"
    assert (problem.row, problem.column) == (9, 0) and "line 11, column 1 (x)" in problem.detail


def test_constant_and_empty_columns_are_left_out_and_said_to_be() -> None:
    found = read("a,b,c,y\n1,5,,1.5\n2,5,,2.5\n3,5,,3.5\n")
    assert [(c["role"], c["constant"], c["type"]) for c in found["columns"]] == [
        ("input", False, "number"),
        ("left out", True, "number"),
        ("left out", False, "empty"),
        ("target", False, "number"),
    ]
    assert found["dataset"]["feature_names"] == ["a"]


def test_texts_that_identify_rows_are_left_out() -> None:
    rows = "".join(f"{i % 7},name {i},{i % 3}\n" for i in range(60))
    found = read(f"x,name,y\n{rows}")
    assert column(found, "name")["role"] == "left out" and "60 different" in column(found, "name")["why"]
    assert found["task"] == "classification" and found["dataset"]["feature_names"] == ["x"]
    assert found["dataset"]["held_out"] == 0.25


def test_formulas_are_text_and_stay_text() -> None:
    text = 'x,y\n1,"=HYPERLINK(""http://x"",""y"")"\n2,@SUM(A1)\n3,@SUM(A1)\n'
    assert read(text)["dataset"]["targets"] == ['=HYPERLINK("http://x","y")', "@SUM(A1)", "@SUM(A1)"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\r\n", "the file is empty"),
        (b"a,b\n1,\x002\n", "line 2 holds a NUL character"),
        (b"a,b\n1,\xff\n", "byte 6 is not utf-8"),
        (b"a,b\n1,2\n3\n4,5,6\n", "line 3 has 1 fields but line 1 has 2"),
        (b'a,b\n1,"2\n3,4\n', "line 3: unexpected end of data"),
        (b'a,b\n"1"2,3\n', "line 2: ',' expected after '\"'"),
        (b"a,b\n", "a line of names but no row"),
        (b'a\n"' + b"x" * 200_000 + b'"\n', "field larger than field limit"),
        (b'a,"' + (b"x" * 19_000 + b"\n") * 40, "field larger than field limit"),
        (b"1," * 1_000_000 + b"1\n", "line 1 has 1,000,001 fields"),
        (b"1," * 1_500 + b"1\n", "line 1 has 1,501 fields"),
        (b"1,2\n" * 20_002, "more than 20,000 rows"),
        ((b"1," * 999 + b"1\n") * 2_001, "more than 2,000,000 cells"),
    ],
    ids=[
        "nothing", "blank", "nul", "latin", "ragged", "open quote", "stray quote", "only names", "endless field",
        "endless lines", "million columns", "many columns", "many rows", "many cells",
    ],
)  # fmt: skip
def test_what_is_no_table_is_refused_with_a_reason(text: bytes, said: str) -> None:
    assert said in faults(text)[0].detail


def test_every_ragged_row_is_named_up_to_twenty() -> None:
    found = faults("a,b\n" + "1\n" * 30, delimiter="comma")
    assert len(found) == 20 and [fault.row for fault in found[:3]] == [1, 2, 3]


@pytest.mark.parametrize(
    ("text", "reading", "said"),
    [
        ("x\n1\n2\n3\n", {}, "no column is left to learn from"),
        ("x,y\n1,a\n2,a\n", {}, "the same in every row"),
        ("x,y\n1,\n2,\n", {"header": "yes", "target": "y"}, "the target y has no values"),
        ("x,y\n1,a\n2,b\n", {"task": "regression"}, "is text; choose classification"),
        ("x,y\n,1\n2,\n3,\n,4\n", {"gaps": "drop"}, "no row is left"),
        ("x,y\n" + "".join(f"{i},label {i}\n" for i in range(150)), {}, "150 classes but at most 100"),
        (WIDE, {"header": "no"}, "make 299 inputs, but at most 256"),
    ],
    ids=["one column", "constant target", "empty target", "text regression", "all dropped", "many classes", "wide"],
)  # fmt: skip
def test_what_cannot_be_learned_is_described_all_the_same(text: str, reading: dict[str, Any], said: str) -> None:
    found = read(text, **reading)
    assert found["dataset"] is None and said in found["problems"][0].detail and found["columns"]


@pytest.mark.parametrize("tail", [",", ",,"])
def test_delimiters_at_the_ends_of_lines_make_no_target_and_are_told(tail: str) -> None:
    found = read(PETS.replace("\n", f"{tail}\n"))
    assert (found["target"], found["task"]) == (2, "classification")
    assert found["dataset"] == read(PETS)["dataset"]
    (warning,) = found["warnings"]
    assert "species, the last that has some, is to be learnt" in warning.detail
    assert read(PETS.replace("\n", f"{tail}\n"), target="species")["warnings"] == [] == read(PETS)["warnings"]


def test_a_class_of_one_example_is_told_with_its_line() -> None:
    found = read(PETS + "1,1,emu\n")
    assert found["dataset"] is not None
    (warning,) = found["warnings"]
    assert "class emu has only one example (line 6)" in warning.detail
    assert (PETS + "1,1,emu\n")[warning.position :] == "1,1,emu\n"
    assert read(PETS + "1,1,emu\n", target="weight")["warnings"] == []


@pytest.mark.parametrize("cell", ["'1,000'", "'12.5 %'", "'$3'", "1'000", "'1,234,567.5'"])
def test_numbers_in_a_dress_are_read_as_texts_and_that_is_told(cell: str) -> None:
    text = cell.strip("'")
    found = read("price,size,y\n" + "".join(f'"{text}",{i},{i % 2}\n' for i in range(5)) + '"$2",7,1\n')
    assert column(found, "price")["type"] == "text" and found["dataset"] is not None
    assert any("column 1 (price) is read as texts" in warning.detail for warning in found["warnings"])


@pytest.mark.parametrize("cell", ["cat", "2024-01-01", "a1", "10:30"])
def test_texts_that_are_no_numbers_raise_no_warning(cell: str) -> None:
    rows = "".join(f"{cell},{i},{i % 2}\n" for i in range(6))
    assert read(f"kind,size,y\n{rows}other,9,1\n")["warnings"] == []


def test_one_class_written_in_two_ways_is_one_class() -> None:
    assert read("x,y\n1,0\n2,1\n3,1.0\n4,0\n", task="classification")["warnings"] == []


def test_a_class_that_gaps_leave_with_one_example_is_told_too() -> None:
    assert "class emu" in read(PETS + "1,1,emu\n,1,emu\n", gaps="drop")["warnings"][0].detail


def test_a_target_that_there_is_not_is_refused_with_those_there_are() -> None:
    assert "there are height, weight, species" in faults(PETS, target="price")[0].detail


def test_numbers_may_be_read_as_classes_and_many_as_a_regression() -> None:
    rows = "".join(f"{i},{i % 2}\n" for i in range(20))
    assert read(f"x,y\n{rows}")["task"] == "classification"
    assert read(f"x,y\n{rows}", task="regression")["dataset"]["standardise_targets"] is True
    assert read("x,y\n1,0.5\n2,1.5\n3,0.5\n", task="classification")["dataset"]["targets"] == ["0.5", "1.5", "0.5"]


def test_other_charsets_are_read_when_named() -> None:
    assert read("x,y\n1,é\n2,ü\n".encode("windows-1252"), "windows-1252")["dataset"]["targets"] == ["é", "ü"]


@given(st.binary(max_size=60), st.sampled_from(["", "a,b\n1,2\n", "x;y\n1,5;2\n"]))
def test_any_bytes_give_a_report_or_a_refusal(tail: bytes, head: str) -> None:
    try:
        found = read(head.encode() + tail)
    except TableError:
        return
    assert (found["dataset"] is None) == bool(found["problems"])


@given(
    st.lists(
        st.tuples(st.floats(allow_nan=False, allow_infinity=False), st.floats(-1e9, 1e9), st.sampled_from("abc")),
        min_size=2,
        max_size=30,
    ),
    st.sampled_from([",", ";", "\t", "|"]),
)
def test_numbers_survive_the_way_through_a_file(rows: list[tuple[float, float, str]], delimiter: str) -> None:
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter).writerows([("p", "q", "r"), *rows])
    found = read(out.getvalue(), text="leave_out", gaps="drop")
    assert found["header"] and found["delimiter"] == delimiter and found["rows"] == len(rows)
    if found["dataset"]:
        kept = [i for i in (0, 1) if found["columns"][i]["role"] == "input"]
        assert found["dataset"]["inputs"] == [[row[i] for i in kept] for row in rows]
