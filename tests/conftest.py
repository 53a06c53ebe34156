"""What every test shares: one BLAS thread, deterministic Hypothesis, a live server and a browser."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import scipy.linalg  # noqa: F401  (loads the BLAS whose threads are limited below)
from hypothesis import HealthCheck, settings
from threadpoolctl import threadpool_limits

from app.core.helpers import dismiss
from scripts.find_browser import REMEDY, find, use_packaged_node
from scripts.serve import serving

settings.register_profile(
    "deterministic",
    derandomize=True,
    max_examples=40,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("explore", max_examples=1000, deadline=None)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "deterministic"))


def pytest_configure() -> None:
    """Before any fixture can start Playwright."""
    use_packaged_node()


@pytest.fixture(scope="session", autouse=True)
def one_blas_thread() -> Iterator[None]:
    """Two test workers with two threads each would fight over two cores."""
    with threadpool_limits(limits=1):
        yield


@pytest.fixture
def unhelped() -> Iterator[None]:
    """No helper is there before or after."""
    dismiss()
    yield
    dismiss()


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """The address of a live server."""
    with serving() as url:
        yield url


@pytest.fixture(scope="session")
def chromium() -> Path:
    """The browser that the page is tested in."""
    path = find()
    if path is None:
        pytest.fail(REMEDY)
    return path
