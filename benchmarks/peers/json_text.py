"""Python's own JSON."""

from __future__ import annotations

import json
from typing import Any

import numpy as np

from benchmarks.cases import Encoding, Prepared
from benchmarks.contender import Contender


class Json(Contender):
    """``json.dumps`` of nested lists."""

    title = "json"

    def encoding(self, task: Encoding) -> Prepared:
        """Lists first: what it takes."""

        def run() -> bytes:
            return json.dumps({name: column.tolist() for name, column in task.columns.items()}).encode()

        return Prepared(run, read)


def read(text: bytes) -> dict[str, Any]:
    """What was sent, in double precision."""
    return {name: np.array(column, dtype=np.float64) for name, column in json.loads(text).items()}
