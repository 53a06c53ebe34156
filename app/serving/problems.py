"""Problem reports (RFC 9457): one vocabulary for refusals before a stream and failures inside one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import BrokenExecutor
from types import MappingProxyType
from typing import Any, NamedTuple

from app.core.errors import BudgetError, SpecError

LONGEST = 200

MEDIA_TYPE = "application/problem+json"

KINDS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        "invalid-json": (400, "The body is not valid JSON"),
        "invalid-query": (400, "The query string is not valid"),
        "not-found": (404, "There is nothing at this address"),
        "method-not-allowed": (405, "This address does not answer that method"),
        "not-acceptable": (406, "None of the accepted media types is available"),
        "body-too-slow": (408, "The body did not arrive in time"),
        "body-too-large": (413, "The body is too large"),
        "unsupported-media-type": (415, "The body must be JSON"),
        "invalid-spec": (422, "The spec cannot be carried out"),
        "invalid-table": (422, "The table cannot be read"),
        "too-costly": (422, "The computation would cost too much"),
        "rate-limited": (429, "The client has asked for much already"),
        "bad-request": (400, "The request cannot be understood"),
        "internal-error": (500, "Something went wrong on the server"),
        "busy": (503, "The server is busy"),
        "shutting-down": (503, "The server is shutting down"),
        "worker-lost": (503, "The computation's worker was lost"),
        "slice-timeout": (504, "The computation got stuck"),
        "deadline-passed": (504, "The computation took too long"),
    }
)
"""Kind of problem → (HTTP status, title)."""


class FieldError(NamedTuple):
    """One thing that is wrong.

    Attributes:
        pointer: JSON pointer (RFC 6901) into the body; empty for the body as a whole.
        detail: the value, the limit and the remedy.
        position: character offset, in the body where ``pointer`` is empty, else in the text field it points at.
    """

    pointer: str
    detail: str
    position: int | None = None

    def as_dict(self) -> dict[str, Any]:
        """As it stands in ``errors``."""
        place = {} if self.position is None else {"position": self.position}
        return {"pointer": self.pointer, "detail": self.detail, **place}


def segment(key: str | int) -> str:
    """A field's name or an index as a segment of a JSON pointer, cut to :data:`LONGEST` characters."""
    return str(key)[:LONGEST].replace("~", "~0").replace("/", "~1")


class RefusalError(Exception):
    """A request that will not be carried out (any further); carries its own report.

    Args:
        kind: a key of :data:`KINDS`.
        detail: one sentence for a person.
        errors: the fields to blame.
        extras: further members of the report, e.g. an estimated cost.
    """

    def __init__(
        self, kind: str, detail: str, errors: Sequence[FieldError] = (), extras: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(kind, detail, tuple(errors), dict(extras or {}))
        self.kind = kind
        self.detail = detail
        self.errors = tuple(errors)
        self.extras = dict(extras or {})

    @property
    def status(self) -> int:
        """HTTP status."""
        return KINDS[self.kind][0]

    def report(self) -> dict[str, Any]:
        """The members of the problem report."""
        status, title = KINDS[self.kind]
        head = {"type": f"urn:thalweg:problem:{self.kind}", "title": title, "status": status, "detail": self.detail}
        return head | {"errors": [error.as_dict() for error in self.errors]} | self.extras


def invalid_spec(faults: Sequence[FieldError]) -> RefusalError:
    """The refusal of a spec with ``faults``, the first of which speaks for all."""
    where = f"{faults[0].pointer}: " if faults[0].pointer else ""
    more = f" (and {len(faults) - 1} more)" if len(faults) > 1 else ""
    return RefusalError("invalid-spec", f"{where}{faults[0].detail}{more}", faults)


def refusal_of(error: BaseException) -> RefusalError:
    """What a client may know of ``error``: everything of a refused spec, nothing of a defect of ours."""
    if isinstance(error, RefusalError):
        return error
    if isinstance(error, SpecError):
        return _refused_spec(error)
    for kind, (classes, detail) in _FAILURES.items():
        if isinstance(error, classes):
            return RefusalError(kind, detail)
    return RefusalError(
        "internal-error", "The server made a mistake and has logged it; the same request may work again."
    )


def is_defect(error: BaseException) -> bool:
    """Whether ``error`` is our mistake, and so belongs in the log."""
    return refusal_of(error).kind in ("internal-error", "slice-timeout", "worker-lost")


def _refused_spec(error: SpecError) -> RefusalError:
    faults = [FieldError(error.pointer, error.message, error.position)]
    return RefusalError("too-costly", error.message, faults) if isinstance(error, BudgetError) else invalid_spec(faults)


_FAILURES: Mapping[str, tuple[type[BaseException], str]] = MappingProxyType(
    {
        "too-costly": (MemoryError, "The computation ran out of memory; use fewer examples, units or grid points."),
        "slice-timeout": (TimeoutError, "One piece of the computation took too long and was stopped; make it smaller."),
        "worker-lost": (BrokenExecutor, "The computation lost its worker process again and again; try a smaller one."),
    }
)
