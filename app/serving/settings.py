"""What a server may be told from outside."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Self

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
    ``WORKERS``          processors        worker processes that compute
    ``MAX_STREAMS``      200               computations under way at once; more are told to retry
    ``MAX_BODY``         16777216          largest request body, in bytes
    ``BODY_SECONDS``     30                time in which a body must have arrived
    ``MAX_COST_SECONDS`` 600               largest estimated computing time of a request
    ``MAX_COST_BYTES``   2147483648        largest estimated memory of a request
    ``SLICE_SECONDS``    60                a slice that runs longer is stuck: its worker is replaced
    ``STOP_SECONDS``     5                 time that live streams have to end when the server stops
    ``LOG_LEVEL``        info              critical, error, warning, info, debug
    ==================== ================= =====================================================
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    host: str = "127.0.0.1"
    port: int = Field(8000, ge=0, le=65535)
    workers: int = Field(default_factory=_processors, ge=1, le=256)
    max_streams: int = Field(200, ge=1)
    max_body: int = Field(16 * 2**20, ge=1)
    body_seconds: float = Field(30.0, gt=0)
    max_cost_seconds: float = Field(600.0, gt=0)
    max_cost_bytes: int = Field(2 * 2**30, ge=1)
    slice_seconds: float = Field(60.0, gt=0)
    stop_seconds: int = Field(5, ge=1)
    log_level: str = Field("info", pattern="^(critical|error|warning|info|debug)$")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], **overrides: object) -> Self:
        """Settings of the variables that are set, and of ``overrides`` that are not None.

        Raises:
            pydantic.ValidationError: a value is out of its range; the error names the field.
        """
        given = {name: environment[name.upper()] for name in cls.model_fields if environment.get(name.upper())}
        return cls.model_validate(given | {name: value for name, value in overrides.items() if value is not None})
