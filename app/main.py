"""The application: routes, problem reports, headers, worker processes, and the page."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.telemetry import TelemetryConfig
from starlette.concurrency import run_in_threadpool

from app import __version__
from app.api.catalogue import catalogue_document
from app.api.computations import COMPUTATIONS, computations_router
from app.api.exports import EXPORT, exports_router
from app.api.headers import SecurityHeaders
from app.api.openapi import install_openapi
from app.api.pages import mount_page, vendor_router
from app.api.problems import install_problem_handlers
from app.api.reference import reference_router
from app.api.routes import catalogue_router, health_router, lessons_router
from app.api.tables import tables_router
from app.core.spec import Spec
from app.core.unions import import_everything
from app.serving.cache import cache_of
from app.serving.capacity import PACES, Capacity
from app.serving.executors import executor_of
from app.serving.forking import JOBS
from app.serving.metrics import Metrics
from app.serving.rates import ClientRates
from app.serving.schemas import learn
from app.serving.settings import Settings
from app.serving.streaming import Dispatcher
from app.serving.worker import load

DESCRIPTION = (
    "Loss landscapes and the optimisers that descend them. A run is a pure function of its spec: the same spec gives "
    "the same bytes. Refusals are problem reports (RFC 9457) with JSON pointers into the body."
)


def create_app(settings: Settings | None = None, jobs: str = JOBS) -> FastAPI:
    """The application.

    Args:
        settings: limits and the number of workers; defaults where left out.
        jobs: import path of the computations, as ``module:attribute``.

    Its state holds ``settings``, ``metrics``, and ``pool``, ``dispatcher``, ``cache`` and ``learning`` (done
    once the first request meets no first time) while it runs.
    """
    settings = settings or Settings()
    app = FastAPI(
        title="Thalweg",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        telemetry=_telemetry(settings.opentelemetry),
    )
    app.state.settings = settings
    app.state.jobs = jobs
    app.state.metrics = Metrics()
    install_problem_handlers(app)
    app.add_middleware(SecurityHeaders)
    app.include_router(health_router())
    app.include_router(catalogue_router())
    app.include_router(computations_router(jobs))
    app.include_router(exports_router(jobs))
    app.include_router(tables_router())
    app.include_router(lessons_router(jobs))
    app.include_router(vendor_router())
    app.include_router(reference_router())
    app.state.specs = [load(jobs, computation.job).spec for computation in (*COMPUTATIONS, EXPORT)]
    install_openapi(app, app.state.specs)
    mount_page(app)
    return app


def _telemetry(wanted: bool) -> TelemetryConfig:
    """FastAPI's own OpenTelemetry, which sends to ``OTEL_EXPORTER_OTLP_ENDPOINT``; on unless switched off."""
    return {"tracing": wanted, "metrics": wanted, "logs": False, "auto_configure": wanted}


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Workers start in the background: the server listens before they are warm."""
    settings: Settings = app.state.settings
    pool = executor_of(settings, app.state.jobs)
    capacity = Capacity(
        settings.workers,
        settings.max_streams,
        settings.max_waiting,
        settings.wait_seconds,
        settings.request_seconds,
        settings.max_reply,
    )
    app.state.pool = pool
    app.state.cache = cache_of(settings)
    app.state.dispatcher = Dispatcher(
        pool, capacity, PACES[settings.executor], ClientRates(settings.client_seconds), app.state.metrics
    )
    _watch(app)
    # Starlette's threads rather than asyncio's: they load anyio's backend now, and not under the first stream (50 ms).
    app.state.learning = asyncio.create_task(run_in_threadpool(_settle, app.state.specs))
    try:
        yield
    finally:
        await app.state.learning
        gc.unfreeze()
        pool.shutdown(cancel_futures=True)


def _settle(specs: Sequence[type[Spec]]) -> None:
    """Prepare what every page begins with, and what specs are judged by.

    What is here to stay is not looked through again: a full collection of it held up a crowd by 80 ms and more.
    """
    catalogue_document()
    import_everything()
    learn(specs)
    gc.collect()
    gc.freeze()


def _watch(app: FastAPI) -> None:
    """What is read when somebody asks for the metrics."""
    watch, pool, dispatcher, cache = app.state.metrics.watch, app.state.pool, app.state.dispatcher, app.state.cache
    watch("thalweg_streams_active", "Computations under way", lambda: dispatcher.places.taken)
    watch("thalweg_streams_waiting", "Computations that wait for a place", lambda: dispatcher.places.waiting)
    watch("thalweg_slices_in_flight", "Slices that run or wait for a worker", lambda: dispatcher.counters.in_flight)
    watch("thalweg_worker_restarts_total", "Workers replaced since the start", lambda: pool.replaced)
    watch("thalweg_workers_ready", "Whether the workers are warm", lambda: pool.ready)
    watch("thalweg_cache_bytes", "Replies kept in memory", lambda: cache.bytes)
