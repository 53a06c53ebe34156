"""Replies in a folder: one file each, checked when read, the oldest removed when they are too many."""

from __future__ import annotations

import hashlib
import logging
import os
import tempfile
import threading
from contextlib import suppress
from pathlib import Path

KEPT_AFTER_TRIM = 0.9
UNFINISHED = ".unfinished"

log = logging.getLogger(__name__)


class CacheFiles:
    """A bounded folder of replies; any thread may use it, and several servers the same folder.

    A file holds the SHA-256 of key and reply, then the reply: one that was damaged, cut short or renamed is a miss.

    Args:
        folder: made where it is missing, readable by its owner alone.
        most: bytes that it may hold.
        fingerprint: of the code that made the replies; those of other code are not found, and age away.
    """

    def __init__(self, folder: Path, most: int, fingerprint: str) -> None:
        self._folder, self._most, self._fingerprint = folder, most, fingerprint
        self._trimming = threading.Lock()

    def get(self, key: str) -> bytes | None:
        """The reply of ``key``, if it is there unharmed."""
        path = self._path(key)
        try:
            stored = path.read_bytes()
            digest, reply = stored[:32], stored[32:]
            if digest == self._digest(key, reply):
                os.utime(path)
                return reply
            log.warning("a cached reply was damaged and is removed")
            path.unlink(missing_ok=True)
        except FileNotFoundError:
            pass
        except OSError as error:
            log.warning("the cache cannot be read: %s", error)
        return None

    def put(self, key: str, reply: bytes) -> None:
        """Keep ``reply``; a folder that cannot be written to keeps nothing, and says so."""
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._write(self._path(key), self._digest(key, reply) + reply)
            self.trim()
        except OSError as error:
            log.warning("the cache cannot be written to: %s", error)

    def trim(self) -> None:
        """Remove what was not asked for the longest, down to nine tenths of the bound."""
        with self._trimming:
            found = sorted(self._found(), key=lambda entry: entry[0])
            held = sum(size for _, size, _ in found)
            if held <= self._most:
                return
            for _, size, path in found:
                if held <= KEPT_AFTER_TRIM * self._most:
                    break
                path.unlink(missing_ok=True)
                held -= size

    def _found(self) -> list[tuple[float, int, Path]]:
        """Age, size and place of every file; another server may remove some meanwhile."""
        entries = []
        for path in self._folder.iterdir():
            with suppress(FileNotFoundError):
                status = path.stat()
                entries.append((status.st_mtime, status.st_size, path))
        return entries

    def _write(self, path: Path, content: bytes) -> None:
        """Whole or not at all, whoever else writes the same."""
        handle, name = tempfile.mkstemp(UNFINISHED, dir=self._folder)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise

    def _path(self, key: str) -> Path:
        return self._folder / hashlib.sha256(f"{self._fingerprint} {key}".encode()).hexdigest()

    @staticmethod
    def _digest(key: str, reply: bytes) -> bytes:
        return hashlib.sha256(key.encode() + b"\0" + reply).digest()
