"""Completed replies by content hash: a computation is a pure function of its spec, so its bytes can be sent again."""

from __future__ import annotations

import asyncio
import hashlib
from collections import OrderedDict
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from app.serving.cache_files import CacheFiles
from app.serving.settings import Settings

LARGEST = 4
"""The largest reply kept is this part of the memory for kept replies."""

ENGINE = ("numpy", "scipy", "scikit-learn")


class Cache:
    """Recently used replies in memory, and in a folder where there is one; used inside one event loop.

    Args:
        memory: bytes; one half for replies that are kept, the other for streams that are being recorded. 0 keeps none.
        folder: where replies outlive the server.
    """

    def __init__(self, memory: int, folder: CacheFiles | None = None) -> None:
        self.bytes = 0
        self.recorded = 0
        self._most, self._folder = memory // 2, folder
        self._kept: OrderedDict[str, bytes] = OrderedDict()

    async def get(self, key: str) -> bytes | None:
        """The reply of ``key``, if it is there whole."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        elif self._folder is not None:
            found = await asyncio.to_thread(self._folder.get, key)
            self._keep(key, found)
        return found

    async def put(self, key: str, reply: bytes) -> None:
        """Keep ``reply``, unless it is too large."""
        if self._keep(key, reply) and self._folder is not None:
            await asyncio.to_thread(self._folder.put, key, reply)

    def recording(self) -> Recording:
        """The copy of a stream under way."""
        return Recording(self, self._most, self._most // LARGEST)

    def _keep(self, key: str, reply: bytes | None) -> bool:
        if reply is None or len(reply) > self._most // LARGEST:
            return False
        self.bytes += len(reply) - len(self._kept.pop(key, b""))
        self._kept[key] = reply
        while self.bytes > self._most:
            self.bytes -= len(self._kept.popitem(last=False)[1])
        return True


class Recording:
    """A stream's chunks; given up when it grows too large, or all recordings together do.

    Args:
        owner: counts what all recordings hold.
        together: bytes of all recordings.
        largest: bytes of one.
    """

    def __init__(self, owner: Cache, together: int, largest: int) -> None:
        self._owner, self._together, self._largest = owner, together, largest
        self._chunks: list[bytes] | None = []
        self._size = 0

    def add(self, chunk: bytes) -> None:
        """Take the next chunk."""
        if self._chunks is None:
            return
        self._owner.recorded += len(chunk)
        self._size += len(chunk)
        self._chunks.append(chunk)
        if self._size > self._largest or self._owner.recorded > self._together:
            self.close()

    def whole(self) -> bytes | None:
        """All of it, or None where it was given up."""
        return None if self._chunks is None else b"".join(self._chunks)

    def close(self) -> None:
        """Forget it."""
        self._owner.recorded -= self._size
        self._size, self._chunks = 0, None


def cache_of(settings: Settings) -> Cache:
    """The cache of a server with ``settings``."""
    if not (settings.cache_bytes and settings.cache_dir and settings.cache_dir_bytes):
        return Cache(settings.cache_bytes)
    folder = CacheFiles(Path(settings.cache_dir), settings.cache_dir_bytes, fingerprint())
    return Cache(settings.cache_bytes, folder)


@cache
def fingerprint() -> str:
    """What the bytes of a reply depend on besides the spec: this very code, and the packages it computes with."""
    digest = hashlib.sha256(" ".join(version(package) for package in ENGINE).encode())
    for path in sorted(Path(str(files("app"))).rglob("*.py")):
        digest.update(path.read_bytes())
    return digest.hexdigest()
