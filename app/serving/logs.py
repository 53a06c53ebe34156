"""Log lines for people, or one JSON object a line for machines."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from typing import Any

import orjson

QUIET = "warning"


class Text(logging.Formatter):
    """``INFO: message (name=value, …)``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and a traceback where there is one."""
        facts = getattr(record, "facts", {})
        listed = ", ".join(f"{name}={value}" for name, value in facts.items() if value is not None)
        return f"{record.levelname + ':':<9} {super().format(record)}" + (f" ({listed})" if listed else "")


class Json(logging.Formatter):
    """One object a line: time (RFC 3339, UTC), level, logger, message, the facts of the record, and its exception."""

    def format(self, record: logging.LogRecord) -> str:
        """The object."""
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return orjson.dumps(line, default=str).decode()


FORMATTERS = {"text": "app.serving.logs.Text", "json": "app.serving.logs.Json"}


def configuration(form: str, level: str) -> dict[str, Any]:
    """For ``logging.config.dictConfig``: the server's and our own records, to the standard error stream."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"chosen": {"()": FORMATTERS[form]}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "chosen"}},
        "root": {"handlers": ["stderr"], "level": QUIET.upper()},
        "loggers": {name: {"level": level.upper()} for name in ("app", "uvicorn", "uvicorn.error", "uvicorn.access")},
    }
