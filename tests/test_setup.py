"""Set-up finds its way on machines that differ: other browsers, no uv, no rights."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from scripts import find_browser, install

Program = Callable[[str, int], Path]


@pytest.fixture
def program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Program:
    """Puts a program of some name and exit status on an otherwise empty ``PATH``."""
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(find_browser, "downloaded", lambda: str(tmp_path / "downloaded"))

    def write(name: str, status: int) -> Path:
        path = tmp_path / name
        path.write_text(f"#!/bin/sh\nexit {status}\n")
        path.chmod(0o755)
        return path

    return write


def test_the_browser_that_is_named_is_taken_before_those_on_the_path(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("chromium", 0)
    monkeypatch.setenv("CHROMIUM", str(program("mine", 0)))
    assert find_browser.find() == program("mine", 0)


def test_a_named_browser_that_does_not_start_is_an_error_that_says_so(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    program("chromium", 0)
    monkeypatch.setenv("CHROMIUM", str(program("mine", 1)))
    with pytest.raises(FileNotFoundError, match="mine does not start; name a Chromium, or unset it"):
        find_browser.find()


def test_a_stub_that_does_not_start_is_passed_over(program: Program) -> None:
    program("chromium-browser", 1)
    chrome = program("google-chrome", 0)
    assert find_browser.find() == chrome


def test_a_downloaded_browser_is_the_last_resort(program: Program) -> None:
    downloaded = program("downloaded", 0)
    assert find_browser.find() == downloaded
    chrome = program("google-chrome", 0)
    assert find_browser.find() == chrome


def test_no_browser_is_found_where_there_is_none(program: Program) -> None:
    program("chromium", 1)
    assert find_browser.find() is None


@pytest.mark.parametrize(("user", "sudo", "privileged"), [(0, None, True), (1000, 0, True), (1000, 1, False)])
def test_packages_are_installed_as_root_or_with_sudo_that_asks_no_password(
    program: Program, monkeypatch: pytest.MonkeyPatch, user: int, sudo: int | None, privileged: bool
) -> None:
    monkeypatch.setattr("os.geteuid", lambda: user)
    if sudo is not None:
        program("sudo", sudo)
    assert (find_browser.privilege() is not None) == privileged


@pytest.mark.parametrize(("uv", "installers"), [(True, ["uv"]), (False, ["uv", "pip"])])
def test_pip_installs_the_lock_where_uv_cannot(
    monkeypatch: pytest.MonkeyPatch, uv: bool, installers: list[str]
) -> None:
    used: list[str] = []
    monkeypatch.setattr(install, "make_environment", lambda: None)
    monkeypatch.setattr(install, "uv_install", lambda lock: used.append("uv") or uv)
    monkeypatch.setattr(install, "pip_install", lambda lock: used.append("pip") or True)
    install.main(Path("some.lock"))
    assert used == installers


def test_a_lock_that_nothing_can_install_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(install, "make_environment", lambda: None)
    monkeypatch.setattr(install, "run", lambda *arguments: False)
    with pytest.raises(SystemExit, match=r"Neither uv nor pip could install some\.lock"):
        install.main(Path("some.lock"))


def test_an_old_python_is_refused_with_a_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 4))
    with pytest.raises(SystemExit, match="make PYTHON=/path/to/"):
        install.main(Path("some.lock"))
