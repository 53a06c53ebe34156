"""The library orjson."""

from __future__ import annotations

from benchmarks.cases import Encoding, Prepared
from benchmarks.contender import Contender
from benchmarks.peers.json_text import read


class Orjson(Contender):
    """``orjson.dumps`` of the arrays themselves."""

    title = "orjson"
    packages = ("orjson",)

    def encoding(self, task: Encoding) -> Prepared:
        """JSON's text, from the arrays' memory."""
        import orjson

        return Prepared(lambda: orjson.dumps(dict(task.columns), option=orjson.OPT_SERIALIZE_NUMPY), read)
