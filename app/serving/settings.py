"""What a server may be told from outside."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


class Settings(BaseModel):
    """Read from the environment; every field has a default.

    ==================== ================= =====================================================
    variable             default           meaning
    ==================== ================= =====================================================
    ``HOST``             127.0.0.1         address to listen on; 0.0.0.0 in a container
    ``PORT``             8000              port to listen on; 0 takes a free one
    ``EXECUTOR``         process           where slices run: process (on this machine) or dask
    ``DASK_SCHEDULER``   tcp://127.0.0.1:8786  scheduler of the cluster, where EXECUTOR is dask
    ``WORKERS``          processors        worker processes; with dask, slices out at once
    ``WORKER_BYTES``     4294967296        address space of a worker or helper, ≥ 512 MiB; a slice that needs more fails
    ``MAX_STREAMS``      200               computations under way at once
    ``MAX_WAITING``      100               computations that wait for a place; more are told to retry
    ``WAIT_SECONDS``     10                time that one waits before it is told to retry
    ``MAX_CONNECTIONS``  1000              connections open at once; more are told to retry
    ``MAX_HEADER``       16384             largest request line and headers, in bytes
    ``HEADER_SECONDS``   5                 time in which the headers of a request must have arrived
    ``MAX_BODY``         16777216          largest request body, in bytes
    ``BODY_SECONDS``     5                 time in which a body must have arrived, and 1 s more for each 64 KiB that did
    ``MAX_REPLY``        67108864          largest event of a stream and largest whole reply, in bytes
    ``WRITE_SECONDS``    5                 time that a client may leave an answer unread before it is cut off
    ``MAX_COST_SECONDS`` 600               largest estimated computing time of a request
    ``MAX_COST_BYTES``   2147483648        largest estimated memory of a request
    ``CLIENT_SECONDS``   0                 estimated computing time a client may ask for in a minute; 0 is no limit
    ``TRUSTED_PROXIES``  nobody            addresses or networks, by commas, whose X-Forwarded-For is believed
    ``SLICE_SECONDS``    60                a slice that runs longer is stuck: its worker is replaced
    ``REQUEST_SECONDS``  1800              time from a computation's first slice to its end
    ``STOP_SECONDS``     5                 time that live streams have to end when the server stops
    ``CACHE_BYTES``      33554432          completed replies kept in memory; 0 keeps none
    ``CACHE_DIR``        nowhere           folder for completed replies that outlive the server
    ``CACHE_DIR_BYTES``  268435456         most that the folder may hold
    ``OPENTELEMETRY``    false             traces and metrics to OTEL_EXPORTER_OTLP_ENDPOINT (extra: telemetry)
    ``LOG_FORMAT``       text              text for people, json for machines
    ``LOG_LEVEL``        info              critical, error, warning, info, debug
    ==================== ================= =====================================================
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    executor: Literal["process", "dask"] = "process"
    dask_scheduler: str = Field("tcp://127.0.0.1:8786", pattern=r"^(tcp|tls)://\S+:\d+$")
    workers: int = Field(default_factory=_processors, ge=1, le=256)
    worker_bytes: int = Field(4 * 2**30, ge=2**29)  # below, no worker can load what it computes with
    max_streams: int = Field(200, ge=1)
    max_waiting: int = Field(100, ge=0)
    wait_seconds: float = Field(10.0, gt=0)
    max_connections: int = Field(1000, ge=1)
    max_header: int = Field(16384, ge=1024)
    header_seconds: float = Field(5.0, gt=0)
    max_body: int = Field(16 * 2**20, ge=1)
    body_seconds: float = Field(5.0, gt=0)
    max_reply: int = Field(64 * 2**20, ge=1)
    write_seconds: float = Field(5.0, gt=0)
    max_cost_seconds: float = Field(600.0, gt=0)
    max_cost_bytes: int = Field(2 * 2**30, ge=1)
    client_seconds: float = Field(0.0, ge=0)
    trusted_proxies: str = ""
    slice_seconds: float = Field(60.0, gt=0)
    request_seconds: float = Field(1800.0, gt=0)
    stop_seconds: int = Field(5, ge=1)
    cache_bytes: int = Field(32 * 2**20, ge=0)
    cache_dir: str = ""
    cache_dir_bytes: int = Field(256 * 2**20, ge=0)
    opentelemetry: bool = False
    log_format: Literal["text", "json"] = "text"
    log_level: str = Field("info", pattern="^(critical|error|warning|info|debug)$")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **overrides: object) -> Self:
        """Settings of the variables that are set, and of ``overrides`` that are not None.

        Raises:
            pydantic.ValidationError: a value is out of its range; the error names the field.
        """
        given = {name: environment[name.upper()] for name in cls.model_fields if environment.get(name.upper())}
        return cls.model_validate(given | {name: value for name, value in overrides.items() if value is not None})
