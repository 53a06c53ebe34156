"""An audit says what it found, and does not pass for one that did not happen."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import audit
from scripts.audit import Found, ask, node_packages, python_packages, report

ROOT = Path(__file__).resolve().parent.parent
CLEAN, KNOWN, MISSED = Found(3, [], []), Found(3, ["a 1.0: ADV-1"], ["b"]), Found(2, [], ["c: no answer"])


def test_a_known_vulnerability_of_a_python_package_is_named_with_its_remedy() -> None:
    fault = {"id": "ADV-1", "fix_versions": ["1.1"]}
    packages = [{"name": "a", "version": "1.0", "vulns": [fault]}, {"name": "b", "skip_reason": "b is unknown"}]
    found = python_packages(json.dumps({"dependencies": packages}))
    assert found == Found(1, ["a 1.0: ADV-1, fixed in 1.1"], ["1 packages, the first: b is unknown"])


def test_a_known_vulnerability_of_a_node_package_is_named() -> None:
    answer = {
        "vulnerabilities": {"a": {"severity": "high", "range": "<2"}},
        "metadata": {"dependencies": {"total": 7}},
    }
    assert node_packages(json.dumps(answer)) == Found(7, ["a: high, <2"], [])


def test_a_service_that_refuses_leaves_the_packages_unaudited() -> None:
    assert node_packages(json.dumps({"message": "405 Method Not Allowed - POST"})).skipped == ["405 Method Not Allowed"]


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("import time; time.sleep(60)", "no answer within 0.2 s"),
        ("raise SystemExit('name resolution failed')", "name resolution failed"),
        ("print('{}')", "the answer could not be read"),
    ],
    ids=["hangs", "fails", "answers nonsense"],
)
def test_a_service_that_does_not_answer_leaves_the_packages_unaudited(script: str, reason: str) -> None:
    seconds = 0.2 if "sleep" in script else 60.0
    assert ask([sys.executable, "-c", script], python_packages, seconds) == Found(0, [], [reason])


@pytest.mark.parametrize(
    ("python", "node", "status"), [(CLEAN, CLEAN, 0), (CLEAN, MISSED, 2), (KNOWN, MISSED, 1), (CLEAN, KNOWN, 1)]
)
def test_the_exit_status_tells_clean_from_vulnerable_from_unaudited(
    python: Found, node: Found, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert report({"python": python, "node": node}) == status
    printed = capsys.readouterr().out
    assert ("SKIPPED, not audited: c" in printed) == (node is MISSED)
    assert ("ADV-1" in printed) == (status == 1)


@pytest.mark.parametrize(("found", "strict", "lenient"), [(CLEAN, 0, 0), (MISSED, 2, 0), (KNOWN, 1, 1)])
def test_only_an_audit_that_could_not_happen_is_forgiven(
    found: Found, strict: int, lenient: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: Callable[[str], Found] = lambda _: found  # noqa: E731
    monkeypatch.setattr(audit, "AUDITS", {"lock": ([sys.executable, "-c", ""], read)})
    assert (audit.main([]), audit.main(["--where-reachable"])) == (strict, lenient)


@pytest.mark.parametrize("path", ["app/new.py", "app/serving/new.py", "scripts/new.py", "benchmarks/new.py"])
def test_the_linter_finds_what_is_dangerous(path: str) -> None:
    """As ``make check`` calls it, with the project's own rules."""
    code = "import subprocess\n\nsubprocess.run(input(), shell=True, check=True)\nexec(input())\neval(input())\n"
    command = [sys.executable, "-m", "ruff", "check", "--output-format", "concise", "--stdin-filename", path, "-"]
    done = subprocess.run(command, cwd=ROOT, input=code, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and all(f" {rule} " in done.stdout for rule in ("S602", "S102", "S307"))


@pytest.mark.parametrize("folder", ["app", "scripts", "static", "requirements", "docs", "benchmarks"])
def test_no_file_holds_a_secret(folder: str) -> None:
    """Keys and tokens by their marks, and no exception from the linter's rules on security below ``app``."""
    marks = re.compile(
        rb"-----BEGIN [A-Z ]*PRIVATE KEY|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{36}|\bsk-[\w-]{32}|noqa: .*S\d{3}"
    )
    files = [path for path in (ROOT / folder).rglob("*") if path.is_file() and "__pycache__" not in path.parts]
    assert files and [path.name for path in files if marks.search(path.read_bytes())] == []


def test_ci_asks_after_the_tests() -> None:
    assert (ROOT / ".ci/run").read_text().splitlines()[-2:] == ["make test", "make audit ARGS=--where-reachable"]


def test_the_audit_covers_the_lock_that_holds_all() -> None:
    """``tests/test_packaging.py`` proves that the others are parts of it."""
    assert "requirements/dev.lock" in audit.PYTHON_AUDIT and all((ROOT / lock).exists() for lock in audit.AUDITS)
