"""What the server tells those who run it: metrics, logs, health and traces."""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import logging.config
import os
import signal
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from app.api.catalogue import _document, catalogue_document
from app.main import create_app
from app.serving.logs import Json, Text, configuration
from app.serving.settings import Settings
from tests.api.conftest import Live, live, wait

NDJSON = {"Accept": "application/x-ndjson"}
ENDLESS = {"n": 10**9, "pause": 0.001}


def metric(server: Live, name: str, **labels: str) -> float:
    """The present value of a metric; 0 where it has none yet."""
    response = server.http.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain")
    samples = [s for family in text_string_to_metric_families(response.text) for s in family.samples]
    return sum(s.value for s in samples if s.name == name and labels.items() <= s.labels.items())


def test_a_server_that_is_ready_has_made_what_every_page_begins_with() -> None:
    _document.cache_clear()
    with live("tests.serving.fake_jobs:JOBS", workers=1) as server:
        assert _document.cache_info().currsize == 1
        assert server.http.get("/api/catalogue").is_success and _document.cache_info().misses == 1


def test_those_who_ask_for_the_catalogue_at_once_have_it_made_once() -> None:
    _document.cache_clear()
    with ThreadPoolExecutor(4) as pool:
        made = [asked.result() for asked in [pool.submit(catalogue_document) for _ in range(4)]]
    assert len(set(made)) == 1 and _document.cache_info().misses == 1


def test_streams_slices_refusals_and_ends_are_counted() -> None:
    with live("tests.serving.fake_jobs:JOBS", workers=1, max_streams=1, max_waiting=0) as server:
        starting = metric(server, "thalweg_refusals_total", kind="busy")
        with server.http.stream("POST", "/api/runs", json=ENDLESS, headers=NDJSON) as response:
            pieces = response.iter_raw()
            assert next(pieces)
            assert metric(server, "thalweg_streams_active") == 1
            assert server.post("/api/runs", {"n": 1}).status_code == 503
        wait(lambda: metric(server, "thalweg_streams_active") == 0)
        assert server.post("/api/runs", {"n": 1}).is_success
        assert server.post("/api/runs", {"n": 0}).status_code == 422
        assert server.post("/api/runs", {"n": 20, "pause": 0.006, "fail_at": 9}, headers=NDJSON).is_success
        assert server.http.get("/api/nothing").status_code == 404
        refusals = {
            kind: metric(server, "thalweg_refusals_total", kind=kind)
            for kind in ("busy", "invalid-spec", "not-found", "internal-error")
        }
        refusals["busy"] -= starting
        assert set(refusals.values()) == {1.0}, refusals
        ends = {
            o: metric(server, "thalweg_computations_total", job="run", outcome=o)
            for o in ("left", "finished", "busy", "internal-error")
        }
        assert set(ends.values()) == {1.0}, ends
        assert metric(server, "thalweg_slice_seconds_count", job="run") >= 3
        assert metric(server, "thalweg_workers_ready") == 1 and metric(server, "thalweg_worker_restarts_total") == 0


def test_what_waits_and_workers_that_were_replaced_are_counted() -> None:
    with live("tests.serving.fake_jobs:JOBS", workers=1, max_streams=1, max_waiting=1) as server:
        with server.http.stream("POST", "/api/runs", json=ENDLESS, headers=NDJSON) as response:
            pieces = response.iter_raw()  # held: one that nobody holds closes the stream
            assert next(pieces)
            with ThreadPoolExecutor(1) as aside:
                later = aside.submit(httpx.post, f"{server.url}/api/runs", json={"n": 1}, timeout=60)
                wait(lambda: metric(server, "thalweg_streams_waiting") == 1)
                response.close()
                assert later.result().is_success
        assert metric(server, "thalweg_streams_waiting") == 0
        (pid,) = server.app.state.pool.pids()
        os.kill(pid, signal.SIGKILL)
        wait(lambda: metric(server, "thalweg_worker_restarts_total") == 1)
        assert server.post("/api/runs", {"n": 2}).is_success


def test_a_computation_leaves_one_line_with_its_hash_and_cost(fake: Live, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "app"):
        tag = fake.post("/api/runs", {"n": 3, "cost": 2.0}).headers["etag"]
    (record,) = [r for r in caplog.records if r.name == "app.computations"]
    line = json.loads(Json().format(record))
    assert tag.startswith(f'"{line["hash"]}-') and line["job"] == "run" and line["outcome"] == "finished"
    assert line["cost_seconds"] == 2.0 and line["slices"] >= 1 and line["level"] == "info"
    assert line["hash"] in Text().format(record) and "cost_seconds=2.0" in Text().format(record)


def test_an_exception_is_part_of_its_line() -> None:
    try:
        raise RuntimeError("over\ntwo lines")
    except RuntimeError:
        record = logging.LogRecord("app", logging.ERROR, "", 1, "it %s", ("failed",), sys.exc_info())
    formatted = Json().format(record)
    assert "\n" not in formatted and json.loads(formatted)["message"] == "it failed"
    assert "RuntimeError: over" in json.loads(formatted)["exception"]


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_logging_that_is_configured_is_valid(form: str) -> None:
    logging.config.DictConfigurator(configuration(form, "info"))
    assert configuration(form, "debug")["loggers"]["app"]["level"] == "DEBUG"


def spans(app: Any, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the spans of a request, whoever provides the tracer."""
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import SimpleSpanProcessor
    from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr("opentelemetry.trace.get_tracer_provider", lambda: provider)
    monkeypatch.setattr("opentelemetry.trace._TRACER_PROVIDER", provider)
    asyncio.run(ask_healthz(app))
    return [span.name for span in exporter.get_finished_spans()]


async def ask_healthz(app: Any) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://x") as client:
        (await client.get("/healthz")).raise_for_status()


def test_traces_are_made_only_where_they_are_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    assert spans(create_app(Settings()), monkeypatch) == []
    assert "GET /healthz" in spans(create_app(Settings(opentelemetry=True)), monkeypatch)


def test_a_server_looks_for_garbage_only_in_what_came_after_its_start() -> None:
    with live("tests.serving.fake_jobs:JOBS", workers=1) as server:
        wait(server.app.state.learning.done)
        assert gc.get_freeze_count() > 10_000
    assert gc.get_freeze_count() == 0
