"""Ask the advisory service about every package of the locks, of which ``dev.lock`` holds all: ``make audit``.

Ends with 1 where a vulnerability is known, with 2 where packages could not be looked up: an audit that did not happen
is not passed off as a clean one.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
LOCK = "dev"


def main() -> int:
    """Print what is known, and return the exit status."""
    return report(audited())


def audited() -> list[dict[str, Any]]:
    """Each package with its known vulnerabilities, or with the reason for which it was skipped."""
    command = [sys.executable, "-m", "pip_audit", "--disable-pip", "--require-hashes", "--progress-spinner", "off"]
    command += ["--format", "json", "--requirement", str(ROOT / f"requirements/{LOCK}.lock")]
    output = subprocess.run(command, capture_output=True, text=True, check=False)
    if not output.stdout:
        sys.stderr.write(output.stderr)
        return [{"name": LOCK, "skip_reason": "the audit did not run"}]
    found: list[dict[str, Any]] = json.loads(output.stdout)["dependencies"]
    return found


def report(packages: list[dict[str, Any]]) -> int:
    """Print, and return the exit status."""
    skipped = [package["name"] for package in packages if "skip_reason" in package]
    known = [(package, fault) for package in packages for fault in package.get("vulns", ())]
    print(f"{LOCK}.lock: {len(packages) - len(skipped)} of {len(packages)} packages looked up, {len(known)} advisories")
    for package, fault in known:
        print(f"  {package['name']} {package['version']}: {fault['id']}, fixed in {fault['fix_versions']}")
    if skipped:
        print(f"  not looked up: {', '.join(skipped)}")
    return 1 if known else 2 if skipped else 0


if __name__ == "__main__":
    sys.exit(main())
