"""Own files over HTTP: described, refused with the place, never kept, and ready to train on."""

from __future__ import annotations

import pytest

from app.client import ProblemError, Thalweg
from tests.api.conftest import Live

PETS = "height,weight,species\n12.1,3.4,cat\n40.2,20.5,dog\n11.0,2.9,cat\n38.7,18.8,dog\n"


def test_a_file_becomes_a_dataset_that_a_network_trains_on(real: Live) -> None:
    with Thalweg(real.url) as client:
        found = client.table(PETS)
        objective = {"kind": "network", "layers": [{"units": 3}], "data": found["dataset"]}
        run = client.run({"objective": objective, "optimisers": [{"kind": "adam", "learning_rate": 0.1}], "steps": 50})
    assert run["runs"][0]["loss"][-1] < run["runs"][0]["loss"][0]


def test_problems_have_pointers_and_positions(real: Live) -> None:
    with Thalweg(real.url) as client:
        (problem,) = client.table(PETS.replace("2.9", ""))["problems"]
        assert (problem["pointer"], problem["position"]) == ("/2/1", PETS.index("11.0"))
        with pytest.raises(ProblemError) as caught:
            client.table(PETS + "1,2\n")
    report = caught.value.report
    assert (report["type"], report["status"]) == ("urn:thalweg:problem:invalid-table", 422)
    assert report["errors"][0]["pointer"] == "/5" and "line 6" in report["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("query", "headers", "status"),
    [
        ("", {"Content-Type": "application/json"}, 415),
        ("", {"Content-Type": "text/plain"}, 415),
        ("", {"Content-Type": "text/csv; charset=klingon"}, 415),
        ("", {"Content-Type": "text/csv", "Accept": "text/html"}, 406),
        ("?delimiter=dot", {"Content-Type": "text/csv"}, 400),
        ("?colour=red", {"Content-Type": "text/csv"}, 400),
        ("?target=nothing", {"Content-Type": "text/csv"}, 422),
        ("?target=1&task=regression", {"Content-Type": "text/csv"}, 200),
    ],
)
def test_the_request_itself_is_checked(real: Live, query: str, headers: dict[str, str], status: int) -> None:
    response = real.http.post(f"/api/tables{query}", content=PETS.encode(), headers=headers)
    assert response.status_code == status
    if status == 200:
        assert response.headers["cache-control"] == "no-store"
    else:
        assert response.headers["content-type"] == "application/problem+json"


def test_a_file_over_the_limit_is_refused(fake: Live) -> None:
    response = fake.http.post("/api/tables", content=b"1,2\n" * 30_000, headers={"Content-Type": "text/csv"})
    assert response.status_code == 413
