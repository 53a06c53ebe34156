"""What is declared, what is locked and what is imported agree; the wheel ships the page."""

from __future__ import annotations

import ast
import json
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from app.api.pages import static_directory

ROOT = Path(__file__).resolve().parent.parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
RUNTIME = PROJECT["project"]["dependencies"]
EXTRAS = [requirement for extra in PROJECT["project"]["optional-dependencies"].values() for requirement in extra]
DECLARED = {
    "runtime": RUNTIME,
    "cluster": RUNTIME + EXTRAS,
    "dev": RUNTIME + EXTRAS + PROJECT["dependency-groups"]["dev"],
    "bench": RUNTIME + PROJECT["dependency-groups"]["bench"],
    "bootstrap": PROJECT["dependency-groups"]["bootstrap"],
}
LOCKS = sorted(DECLARED)


def entries(lock: str) -> list[str]:
    """One text per pinned package, with its hashes."""
    text = (ROOT / f"requirements/{lock}.lock").read_text().replace("\\\n", " ")
    return [line for line in text.splitlines() if line.strip()]


def pins(lock: str) -> list[Requirement]:
    """The pinned packages of ``lock``, with the markers that say where each holds."""
    return [Requirement(entry.split(" --hash=")[0]) for entry in entries(lock)]


def version(pin: Requirement) -> str:
    """The one version that ``pin`` allows."""
    (specifier,) = pin.specifier
    assert specifier.operator == "=="
    return specifier.version


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_by_version_and_hash(lock: str) -> None:
    assert all(re.search(r"==[^ ]+ .*--hash=sha256:[0-9a-f]{64}", entry) for entry in entries(lock))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_satisfies_what_the_project_declares(lock: str) -> None:
    locked = {(canonicalize_name(pin.name), version(pin)) for pin in pins(lock)}
    for requirement in map(Requirement, DECLARED[lock]):
        versions = [number for name, number in locked if name == canonicalize_name(requirement.name)]
        assert versions and all(number in requirement.specifier for number in versions), requirement


def test_tests_run_on_the_versions_that_are_shipped() -> None:
    shipped, with_extras, tested = ({str(pin) for pin in pins(lock)} for lock in ("runtime", "cluster", "dev"))
    assert shipped <= with_extras <= tested


@pytest.mark.parametrize("path", [*(f"requirements/{lock}.lock" for lock in LOCKS), ".npmrc"])
def test_a_lock_names_no_host(path: str) -> None:
    assert "://" not in (ROOT / path).read_text()


def test_the_lock_of_the_node_tools_names_no_host_and_has_every_hash() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    tools = [entry for path, entry in packages.items() if path]
    assert tools and not any("resolved" in entry for entry in tools)
    assert all(entry["integrity"].startswith("sha512-") for entry in tools)


def test_the_lock_of_the_node_tools_holds_what_is_declared() -> None:
    declared = json.loads((ROOT / "package.json").read_text())["devDependencies"]
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    assert {name: packages[f"node_modules/{name}"]["version"] for name in declared} == declared


def imported(folder: str) -> set[str]:
    """The top-level names of every absolute import below ``folder``."""
    nodes = [node for path in (ROOT / folder).rglob("*.py") for node in ast.walk(ast.parse(path.read_text()))]
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    members = {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module and not node.level}
    return {name.split(".")[0] for name in plain | members}


@pytest.mark.parametrize(("folder", "lock"), [("app", "cluster"), ("scripts", "dev"), ("tests", "dev")])
def test_every_import_is_a_declared_dependency(folder: str, lock: str) -> None:
    distributions = packages_distributions()
    declared = {canonicalize_name(Requirement(text).name) for text in DECLARED[lock]}
    third_party = imported(folder) - sys.stdlib_module_names - {"app", "benchmarks", "scripts", "tests"}
    owners = {name: {canonicalize_name(owner) for owner in distributions.get(name, [])} for name in third_party}
    assert {name: found for name, found in owners.items() if not found & declared} == {}


def test_a_server_without_extras_imports_none() -> None:
    """All of it but the one module that needs a cluster."""
    script = "import sys, app.main, app.__main__; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    extras = {"distributed", "dask", "opentelemetry.sdk", "opentelemetry.exporter"}
    assert not extras & set(loaded.split())


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """The project's wheel, built without the network."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (path,) = folder.glob("*.whl")
    return zipfile.ZipFile(path)


def test_the_wheel_ships_every_module_and_the_whole_page(wheel: zipfile.ZipFile) -> None:
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "app").rglob("*.py")}
    page = {f"app/{path.relative_to(ROOT)}" for path in (ROOT / "static").rglob("*") if path.is_file()}
    assert modules | page <= set(wheel.namelist())


def test_the_wheel_ships_nothing_else(wheel: zipfile.ZipFile) -> None:
    assert [name for name in wheel.namelist() if not name.startswith(("app/", "thalweg-"))] == []


def test_an_installed_wheel_finds_its_page(wheel: zipfile.ZipFile, tmp_path: Path) -> None:
    wheel.extractall(tmp_path)
    assert static_directory(tmp_path / "app") == tmp_path / "app/static"
    assert (tmp_path / "app/static/index.html").read_bytes() == (ROOT / "static/index.html").read_bytes()
