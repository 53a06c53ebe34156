"""Install a lock into ``.venv``: ``python scripts/install.py requirements/runtime.lock``.

Needs the standard library alone. Every package is checked against the hashes of the lock. uv, itself pinned by
``requirements/bootstrap.lock``, does the work in seconds; where it cannot (no build for the platform, an index or a
certificate that only pip is configured for), pip installs the same lock.
"""

from __future__ import annotations

import subprocess
import sys
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
OLDEST = (3, 11)


def run(*arguments: str | Path) -> bool:
    """Run a module of the environment's Python; True when it succeeded."""
    return subprocess.run([PYTHON, "-m", *arguments], cwd=ROOT).returncode == 0


def make_environment() -> None:
    """``.venv`` with pip, unless a working one is there already."""
    if PYTHON.exists():
        return
    try:
        venv.create(ENVIRONMENT, with_pip=True, clear=True, symlinks=True)
    except (subprocess.CalledProcessError, ImportError) as error:
        sys.exit(f"Cannot make {ENVIRONMENT}: {error}. On Debian and Ubuntu, install python3-venv and try again.")


def pip_install(lock: Path) -> bool:
    """Install ``lock`` with pip."""
    return run("pip", "--disable-pip-version-check", "install", "--quiet", "--require-hashes", "-r", lock)


def uv_install(lock: Path) -> bool:
    """Install ``lock`` with uv, which is installed first."""
    if not pip_install(ROOT / "requirements" / "bootstrap.lock"):
        return False
    return run("uv", "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", lock)


def main(lock: Path) -> None:
    """Make the environment and install ``lock`` into it."""
    if sys.version_info < OLDEST:
        sys.exit(
            f"Python {sys.version.split()[0]} is older than 3.11; name a newer one: make PYTHON=/path/to/python3.11"
        )
    print(f"Installing {lock} into .venv", flush=True)
    make_environment()
    if uv_install(lock):
        return
    print("uv could not install the lock; trying pip", flush=True)
    if not pip_install(lock):
        sys.exit(f"Neither uv nor pip could install {lock}; their messages above say why.")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
