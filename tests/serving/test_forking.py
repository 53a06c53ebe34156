"""Workers are forked from a process that is begun early and knows all that jobs import."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

from app.serving.forking import JOBS, LATE, modules_of

APP = Path(__file__).resolve().parents[2] / "app"


def printed(script: str) -> list[str]:
    """What a fresh process prints, line by line."""
    return subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split("\n")


def test_every_part_of_scipy_that_the_engine_uses_is_imported_before_the_first_request() -> None:
    used = {name for path in APP.rglob("*.py") for name in re.findall(r"\bscipy\.([a-z]+)\b", path.read_text())}
    assert {f"scipy.{name}" for name in used} == set(LATE)


def test_the_command_begins_it_before_it_imports_the_engine_itself() -> None:
    script = (
        "import sys, app.__main__ as command\n"
        "def begun(preload):\n    print(preload, 'app.core.spec' in sys.modules)\n    sys.exit()\n"
        "command.fork_server = begun\n"
        "command.main(['--port', '0'])"
    )
    assert printed(script)[0] == f"{modules_of(JOBS)} False"


def test_whoever_asks_later_gets_processes_of_the_same_one() -> None:
    script = (
        "import os\nfrom app.serving.forking import fork_server\n"
        "if __name__ == '__main__':\n"
        "    for preload in ((), ('json',)):\n"
        "        context = fork_server(preload)\n"
        "        receiver, sender = context.Pipe()\n"
        "        process = context.Process(target=os.popen, args=('true',))\n"
        "        process.start()\n"
        "        print(open(f'/proc/{process.pid}/stat').read().rsplit(')', 1)[1].split()[1])\n"
        "        process.join()"
    )
    first, second, _ = printed(script)
    assert first == second
