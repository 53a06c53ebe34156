"""A small synchronous client: ``Thalweg("http://127.0.0.1:8000").run({...})``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import TracebackType
from typing import Any, Self

import httpx

JSON = "application/json"
NDJSON = "application/x-ndjson"
PROBLEM = "application/problem+json"
STREAM_SECONDS = 60.0

Document = dict[str, Any]


class ProblemError(Exception):
    """The server refused a request, or a stream ended in failure.

    Attributes:
        report: the problem report: ``type``, ``title``, ``status``, ``detail``, ``errors``.
    """

    def __init__(self, report: Mapping[str, Any]) -> None:
        super().__init__(f"{report['status']} {report['title']}: {report['detail']}")
        self.report = dict(report)


class Thalweg:
    """A server's calls as methods; specs are plain dictionaries, as in the API's reference.

    Args:
        base_url: where the server is.
        seconds: how long to wait for the next byte of an answer.
        transport: how requests travel, where not over the network.

    Every method raises :class:`ProblemError` where the server refuses, ``httpx.TransportError`` where there is none.
    """

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:8000",
        seconds: float = STREAM_SECONDS,
        transport: httpx.BaseTransport | None = None,
    ) -> None:
        self._http = httpx.Client(base_url=base_url, timeout=seconds, transport=transport)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def catalogue(self) -> Document:
        """Every kind that a spec may name, with the JSON schema of its fields."""
        return self._get("/api/catalogue")

    def lessons(self) -> list[Document]:
        """The gallery of lessons."""
        listed: list[Document] = self._get("/api/lessons")["lessons"]
        return listed

    def check(self, lesson: str) -> Document:
        """Measure the claims of a lesson."""
        return self._checked(self._http.post(f"/api/lessons/{lesson}/check", headers={"Accept": JSON}))

    def describe(self, objective: Mapping[str, Any]) -> Document:
        """Dimension, names, window, minima and derivatives of an objective."""
        return self._post("/api/objectives", {"objective": objective})

    def derivatives(self, spec: Mapping[str, Any]) -> Document:
        """Loss and gradient at a point, with their checks."""
        return self._post("/api/derivatives", spec)

    def hessian(self, spec: Mapping[str, Any]) -> Document:
        """Eigenvalues, trace and kind of a point; matrix and spectral density on request."""
        return self._post("/api/hessian", spec)

    def activations(self, spec: Mapping[str, Any]) -> Document:
        """An activation with its derivatives, and what depth does to errors."""
        return self._post("/api/activations", spec)

    def export(self, spec: Mapping[str, Any]) -> bytes:
        """A trained network as a NumPy script, a PyTorch module or an ``.npz``."""
        response = self._http.post("/api/exports", json=spec)
        self._refused(response)
        return response.content

    def table(self, text: str, **reading: str) -> Document:
        """What is in a table of your own (CSV as text), and the dataset it makes; ``target="price"`` and the like."""
        headers = {"Accept": JSON, "Content-Type": "text/csv; charset=utf-8"}
        return self._checked(self._http.post("/api/tables", content=text.encode(), params=reading, headers=headers))

    def landscape(self, spec: Mapping[str, Any]) -> Document:
        """A loss grid."""
        return self._post("/api/landscapes", spec)

    def calibration(self, spec: Mapping[str, Any]) -> Document:
        """Whether a sampler's ranks of the truth are uniform over simulated data sets."""
        return self._post("/api/calibrations", spec)

    def path(self, spec: Mapping[str, Any]) -> Document:
        """The optimum of a penalised linear model over the penalty's strength."""
        return self._post("/api/paths", spec)

    def prior(self, spec: Mapping[str, Any]) -> Document:
        """A penalty read as a prior: mode, mean and density of the posterior."""
        return self._post("/api/priors", spec)

    def posterior(self, spec: Mapping[str, Any]) -> Document:
        """What each method says of a posterior, beside the answer."""
        return self._post("/api/posteriors", spec)

    def run(self, spec: Mapping[str, Any]) -> Document:
        """A whole run at once."""
        return self._post("/api/runs", spec)

    def stream(self, spec: Mapping[str, Any], path: str = "/api/runs") -> Iterator[Document]:
        """The events of a run as they happen; closing the iterator stops the work.

        Raises:
            ProblemError: the server refused, or the stream ended in a ``failed`` event.
        """
        with self._http.stream("POST", path, json=spec, headers={"Accept": NDJSON}) as response:
            if not response.is_success:
                response.read()
            self._refused(response)
            for line in response.iter_lines():
                event: Document = json.loads(line)
                if event["kind"] == "failed":
                    raise ProblemError(event)
                yield event

    def _get(self, path: str) -> Document:
        return self._checked(self._http.get(path, headers={"Accept": JSON}))

    def _post(self, path: str, spec: Mapping[str, Any]) -> Document:
        return self._checked(self._http.post(path, json=spec, headers={"Accept": JSON}))

    def _checked(self, response: httpx.Response) -> Document:
        self._refused(response)
        answer: Document = response.json()
        return answer

    @staticmethod
    def _refused(response: httpx.Response) -> None:
        if response.headers.get("content-type", "").startswith(PROBLEM):
            raise ProblemError(response.json())
        response.raise_for_status()
