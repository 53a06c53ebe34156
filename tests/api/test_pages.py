"""The catalogue, the reference, the page's files, and the headers that all of them carry."""

from __future__ import annotations

import gzip
import json
import re
from pathlib import Path

import plotly
import pytest
from fastapi import FastAPI

from app.api.catalogue import PACKAGES
from app.api.computations import COMPUTATIONS
from app.api.exports import EXPORT
from app.api.headers import SECURITY
from app.api.negotiation import choose
from app.api.pages import mount_page, static_directory
from app.api.tables import PATH as TABLES
from app.core.spec import catalogue
from app.serving.problems import KINDS, RefusalError
from tests.api.conftest import Live

VENDOR = f"/vendor/plotly-{plotly.__version__}.min.js"


def test_the_catalogue_lists_every_entry_of_every_package(real: Live) -> None:
    found = real.http.get("/api/catalogue").json()
    for name, package in PACKAGES.items():
        assert [entry["kind"] for entry in found[name]] == list(catalogue(package))
    assert [entry["kind"] for entry in found["objectives"]] == ["network", "elbo", "target"]
    for entry in (entry for entries in found.values() for entry in entries):
        assert entry["title"] and entry["summary"] and entry["reference"], entry["kind"]
        assert entry["mathml"].startswith("<math") or not entry["formula"]
        assert entry["schema"]["properties"]["kind"]["const"] == entry["kind"]


def test_surfaces_and_activations_state_their_facts(real: Live) -> None:
    found = real.http.get("/api/catalogue").json()
    surfaces = {entry["kind"]: entry for entry in found["surfaces"]}
    assert surfaces["rosenbrock"]["minima"] == [{"point": [1.0, 1.0], "value": 0.0}]
    assert all(s["window"][0] < s["window"][1] and len(s["start"]) == 2 for s in surfaces.values())
    assert {a["kind"]: a["slope_bound"] for a in found["activations"]}["sigmoid"] == 0.25


@pytest.mark.parametrize("path", ["/api/catalogue", "/api/lessons", "/"])
def test_unchanged_answers_are_not_sent_again(real: Live, path: str) -> None:
    first = real.http.get(path)
    again = real.http.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert first.headers["cache-control"] == "no-cache"
    assert (first.status_code, again.status_code, again.content) == (200, 304, b"")


def test_the_page_asks_for_its_modules_at_once(real: Live) -> None:
    folder = static_directory()
    assert folder is not None
    page = real.http.get("/").text
    asked = re.findall(r'<link rel="modulepreload" href="([^"]+)">', page)
    named = re.findall(r'<script[^>]* src="([^"]+)"', page)
    assert sorted([*asked, *named]) == sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*.js"))
    assert all(real.http.get(f"/{path}").headers["content-type"].startswith("text/javascript") for path in asked[::40])
    assert page.count("</head>") == 1 and real.http.head("/").headers["content-length"] == str(len(page.encode()))


@pytest.mark.parametrize("path", ["/", "/healthz", "/readyz", "/api/catalogue", "/openapi.json", VENDOR, "/nothing"])
def test_every_answer_carries_the_security_headers(real: Live, path: str) -> None:
    headers = real.http.get(path).headers
    assert {name: headers.get(name) for name in SECURITY} == dict(SECURITY)


def test_the_policy_allows_no_inline_code(real: Live) -> None:
    policy = SECURITY["Content-Security-Policy"]
    assert "'unsafe-inline'" not in policy and "'unsafe-eval'" not in policy and "default-src 'self'" in policy


def test_plotly_comes_compressed_from_an_address_that_never_changes(real: Live) -> None:
    zipped = real.http.get(VENDOR, headers={"Accept-Encoding": "br, gzip"})
    plain = real.http.get(VENDOR, headers={"Accept-Encoding": "identity;q=1, gzip;q=0"})
    assert zipped.headers["content-encoding"] == "gzip" and "content-encoding" not in plain.headers
    assert zipped.content == plain.content and len(plain.content) > 3_000_000
    assert len(gzip.compress(plain.content, 1)) > int(zipped.headers["content-length"])
    for response in (zipped, plain):
        assert "immutable" in response.headers["cache-control"] and response.headers["vary"] == "Accept-Encoding"
    moved = real.http.get("/vendor/plotly.min.js")
    assert (moved.status_code, moved.headers["location"], moved.headers["cache-control"]) == (302, VENDOR, "no-cache")


def test_an_odd_accept_encoding_is_no_error(real: Live) -> None:
    assert real.http.get(VENDOR, headers={"Accept-Encoding": "gzip;q=x, *"}).is_success


def test_the_page_is_found_beside_or_inside_the_package_or_not_at_all(tmp_path: Path) -> None:
    package = tmp_path / "app"
    package.mkdir()
    assert static_directory(package) is None
    (tmp_path / "static").mkdir()
    assert static_directory(package) == tmp_path / "static"
    (package / "static").mkdir()
    assert static_directory(package) == package / "static"


def test_the_api_does_without_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.api.pages.static_directory", lambda: None)
    app = FastAPI()
    before = len(app.router.routes)
    mount_page(app)
    assert len(app.router.routes) == before


def test_the_reference_is_complete(real: Live) -> None:
    api = real.http.get("/openapi.json").json()
    posts = {path: calls["post"] for path, calls in api["paths"].items() if "post" in calls}
    computed = {computation.path for computation in (*COMPUTATIONS, EXPORT)}
    assert posts.keys() == computed | {TABLES, "/api/lessons/{id}/check"}
    for path, call in posts.items():
        assert call["summary"] and {"200", "406", "503"} <= call["responses"].keys()
        for status, answer in call["responses"].items():
            expected = {"application/problem+json"} if int(status) >= 400 else set(answer.get("content", {}))
            assert set(answer.get("content", {})) == expected
        if path == TABLES:
            assert all(body["examples"] for body in call["requestBody"]["content"].values())
        elif path in computed:
            body = call["requestBody"]["content"]["application/json"]
            assert body["examples"] and body["schema"]["$ref"].removeprefix("#/components/schemas/") in schemas(api)


def test_the_reference_can_be_read_without_scripts(real: Live) -> None:
    page = real.http.get("/docs")
    assert page.headers["content-type"].startswith("text/html") and "<script" not in page.text
    for path in real.http.get("/openapi.json").json()["paths"]:
        assert f" {path}</code>" in page.text
    assert f"curl {real.url}/api/runs" in page.text


def schemas(api: dict[str, dict[str, dict[str, object]]]) -> dict[str, object]:
    return api["components"]["schemas"]


def test_every_reference_inside_the_document_leads_somewhere(real: Live) -> None:
    text = real.http.get("/openapi.json").text
    api = json.loads(text)
    wanted = {part.split('"')[0] for part in text.replace(" ", "").split('"$ref":"#/components/schemas/')[1:]}
    assert wanted and wanted <= schemas(api).keys()


def test_every_kind_of_problem_has_a_status_of_its_documentation(real: Live) -> None:
    documented = real.http.get("/openapi.json").json()["paths"]["/api/runs"]["post"]["responses"].keys()
    needed = {str(status) for status, _ in KINDS.values()} - {"404", "405"}
    assert needed <= documented


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, "a/json"),
        ("", "a/json"),
        ("*/*", "a/json"),
        ("a/*", "a/json"),
        ("b/stream", "b/stream"),
        ("a/json;q=0.5, b/stream", "b/stream"),
        ("b/stream;q=0.2, */*;q=0.1", "b/stream"),
        ("b/stream;q=.3, a/json;q=0.2", "b/stream"),
        ("b/stream;q=0.0001, a/json;q=0.9", "a/json"),
        ("b/stream;q=-1, a/json;q=0.5", "a/json"),
        ("b/stream;q=, a/json;q=0.5", "a/json"),
        ("*/*, a/json;q=0.1", "b/stream"),
        ("*/*;q=0.5, a/json;q=0", "b/stream"),
        ("B/STREAM; charset=utf-8; Q=0.9", "b/stream"),
        ("b/*;q=0.9, b/stream;q=0.1, a/json;q=0.5", "a/json"),
        ("garbage, b/stream", "b/stream"),
    ],
)
def test_the_best_accepted_type_is_chosen(accept: str | None, chosen: str) -> None:
    assert choose(accept, ("a/json", "b/stream")) == chosen


@pytest.mark.parametrize("accept", ["text/html", "a/json;q=0, b/stream;q=0.000", "garbage", ",", "a/jso"])
def test_nothing_acceptable_names_the_offer(accept: str) -> None:
    with pytest.raises(RefusalError, match="a/json, b/stream"):
        choose(accept, ("a/json", "b/stream"))
