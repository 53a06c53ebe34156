"""The application: routes, problem reports, headers, worker processes, and the page."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from app import __version__
from app.api.computations import COMPUTATIONS, computations_router
from app.api.exports import EXPORT, exports_router
from app.api.headers import SecurityHeaders
from app.api.openapi import install_openapi
from app.api.pages import mount_page, vendor_router
from app.api.problems import install_problem_handlers
from app.api.reference import reference_router
from app.api.routes import catalogue_router, health_router, lessons_router
from app.serving.executor import WorkerPool
from app.serving.schemas import learn
from app.serving.settings import Settings
from app.serving.streaming import Dispatcher
from app.serving.warm import warm_up
from app.serving.worker import load

JOBS = "app.lessons.jobs:JOBS"

DESCRIPTION = (
    "Loss landscapes and the optimisers that descend them. A run is a pure function of its spec: the same spec gives "
    "the same bytes. Refusals are problem reports (RFC 9457) with JSON pointers into the body."
)


def create_app(settings: Settings | None = None, jobs: str = JOBS) -> FastAPI:
    """The application.

    Args:
        settings: limits and the number of workers; defaults where left out.
        jobs: import path of the computations, as ``module:attribute``.

    Its state holds ``settings``, ``pool`` and ``dispatcher`` while it runs.
    """
    app = FastAPI(
        title="Thalweg",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        lifespan=_lifespan,
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.settings = settings or Settings()
    app.state.jobs = jobs
    install_problem_handlers(app)
    app.add_middleware(SecurityHeaders)
    app.include_router(health_router())
    app.include_router(catalogue_router())
    app.include_router(computations_router(jobs))
    app.include_router(exports_router(jobs))
    app.include_router(lessons_router(jobs))
    app.include_router(vendor_router())
    app.include_router(reference_router())
    app.state.specs = [load(jobs, computation.job).spec for computation in (*COMPUTATIONS, EXPORT)]
    install_openapi(app, app.state.specs)
    mount_page(app)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    """Workers start in the background: the server listens before they are warm."""
    settings: Settings = app.state.settings
    module = app.state.jobs.partition(":")[0]
    boot = partial(warm_up, app.state.jobs)
    pool = WorkerPool(settings.workers, boot=boot, preload=(module,), seconds=settings.slice_seconds)
    app.state.pool = pool
    app.state.dispatcher = Dispatcher(pool, settings.workers, settings.max_streams)
    learning = asyncio.create_task(asyncio.to_thread(learn, app.state.specs))
    try:
        yield
    finally:
        await learning
        pool.shutdown(cancel_futures=True)
