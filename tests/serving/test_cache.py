"""Replies that are kept: the right ones, no more than may be, whatever happens to the files."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.experiments.specs import RunSpec
from app.serving.cache import Cache
from app.serving.cache_files import UNFINISHED, CacheFiles
from app.serving.intake import pack

KIB = 1024


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "replies"


def held(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.iterdir())


@given(st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(0, 3 * KIB), st.booleans()), max_size=40))
def test_the_memory_holds_what_it_says_and_never_too_much(steps: list[tuple[str, int, bool]]) -> None:
    async def scenario() -> None:
        cache, last = Cache(8 * KIB), dict[str, bytes]()
        for key, size, put in steps:
            reply = key.encode() * size
            if put:
                await cache.put(key, reply)
                if size <= KIB:
                    last[key] = reply
            found = await cache.get(key)
            assert found is None or found == last[key]
            assert cache.bytes == sum(map(len, cache._kept.values())) <= 4 * KIB

    asyncio.run(scenario())


def test_the_reply_that_was_not_asked_for_the_longest_goes_first() -> None:
    async def scenario() -> list[bool]:
        cache = Cache(8 * KIB)
        for key in "abcd":
            await cache.put(key, bytes(KIB))
        await cache.get("a")
        await cache.put("e", bytes(KIB))
        return [await cache.get(key) is not None for key in "abcde"]

    assert asyncio.run(scenario()) == [True, False, True, True, True]


def test_recordings_share_a_bound_and_are_given_up_beyond_it() -> None:
    cache = Cache(8 * KIB)
    recordings = [cache.recording() for _ in range(6)]
    for _ in range(4):
        for recording in recordings:
            recording.add(bytes(KIB // 4))
            assert cache.recorded <= 4 * KIB + KIB // 4
    whole = [recording.whole() for recording in recordings]
    assert [bytes(KIB)] * 4 == [reply for reply in whole if reply is not None]
    for recording in recordings:
        recording.close()
    assert cache.recorded == 0


def test_what_is_kept_outlives_the_memory(folder: Path) -> None:
    async def scenario() -> list[bytes | None]:
        await Cache(64 * KIB, CacheFiles(folder, 100_000, "code")).put("a", b"reply")
        again = Cache(64 * KIB, CacheFiles(folder, 100_000, "code"))
        other = Cache(64 * KIB, CacheFiles(folder, 100_000, "other code"))
        return [await again.get("a"), await again.get("b"), await other.get("a")]

    assert asyncio.run(scenario()) == [b"reply", None, None]


@pytest.mark.parametrize("harm", ["flip", "cut", "empty", "swap"])
def test_a_damaged_file_is_a_miss_and_is_removed(folder: Path, harm: str) -> None:
    files = CacheFiles(folder, 100_000, "code")
    files.put("a", b"reply of a")
    (path,) = folder.iterdir()
    content = path.read_bytes()
    if harm == "swap":
        files.put("b", b"reply of b")
        (other,) = set(folder.iterdir()) - {path}
        content = other.read_bytes()
    else:
        content = {"flip": content[:-1] + b"?", "cut": content[:40], "empty": b""}[harm]
    path.write_bytes(content)
    assert files.get("a") is None and not path.exists()
    files.put("a", b"reply of a")
    assert files.get("a") == b"reply of a"


def test_the_folder_stays_within_its_bound_and_keeps_the_recent(folder: Path) -> None:
    files = CacheFiles(folder, 10 * KIB, "code")
    for number in range(30):
        files.put(str(number), bytes(KIB))
        assert held(folder) <= 10 * KIB
    assert files.get("29") == bytes(KIB) and files.get("0") is None


def test_a_write_that_was_cut_short_is_no_reply_and_ages_away(folder: Path) -> None:
    files = CacheFiles(folder, 4 * KIB, "code")
    files.put("a", b"reply")
    (folder / f"cut{UNFINISHED}").write_bytes(bytes(3 * KIB))
    for number in range(6):
        files.put(str(number), bytes(KIB // 2))
    assert not list(folder.glob(f"*{UNFINISHED}")) and held(folder) <= 4 * KIB


def test_many_at_once_never_see_a_wrong_reply(folder: Path) -> None:
    """Two servers with four threads each write, read and trim one folder."""
    servers = [CacheFiles(folder, 20 * KIB, "code") for _ in range(2)]

    def use(number: int) -> bool:
        files, key = servers[number % 2], str(number % 7)
        files.put(key, key.encode() * 5 * KIB)
        return files.get(key) in (None, key.encode() * 5 * KIB)

    with ThreadPoolExecutor(8) as threads:
        assert all(threads.map(use, range(200)))
    assert held(folder) <= 20 * KIB


def test_a_folder_that_cannot_be_had_keeps_nothing(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "file").touch()
    files = CacheFiles(tmp_path / "file" / "folder", 10_000, "code")
    files.put("a", b"reply")
    assert files.get("a") is None and "cannot be written" in caplog.text


def test_a_spec_knows_whether_it_holds_somebodys_data() -> None:
    network = b'{"kind": "network", "layers": [], "loss": {"kind": "squared_error"}, "data": %b}'
    table = b'{"kind": "table", "inputs": [[0.0], [1.0]], "targets": [0.0, 1.0], "task": "regression"}'
    run = b'{"objective": %b, "optimisers": [{"kind": "adam"}]}'
    for data, upload in ((table, True), (b'{"kind": "sine"}', False)):
        assert pack("run", RunSpec, run % (network % data)).upload == upload
