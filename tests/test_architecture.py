"""The house stands: imports go down the floors only, siblings stay apart, and nothing grows out of hand."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from scripts.sizes import function_sizes, module_sizes, summary

ROOT = Path(__file__).resolve().parent.parent
APP = ROOT / "app"

FLOORS = (
    {"core"},
    {"activations", "losses", "regularisers", "initialisers", "datasets", "schedules"},
    {"objectives"},
    {"curvature"},
    {"targets", "diagnostics"},
    {"samplers"},
    {"optimisers", "landscapes", "integrators", "variational", "homotopy"},
    {"inference"},
    {"experiments"},
    {"lessons"},
    {"serving"},
    {"api", "client"},
    {"main"},
    {"__main__"},
)
RANK = {part: rank for rank, floor in enumerate(FLOORS) for part in floor}
WEB = {"fastapi", "starlette", "uvicorn"}


def name_of(path: Path) -> str:
    """``app/core/spec.py`` → ``app.core.spec``."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


MODULES = {name_of(path): path for path in sorted(APP.rglob("*.py"))}


def imports(module: str) -> Iterator[str]:
    """Every module that ``module`` imports, at its top or inside a function."""
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0 and node.module, f"{module}:{node.lineno}: write the import out in full"
            yield from (resolve(node.module, alias.name) for alias in node.names)


def resolve(package: str, name: str) -> str:
    """What ``from package import name`` loads: the module of that name, or the package."""
    return f"{package}.{name}" if f"{package}.{name}" in MODULES else package


def part_of(module: str) -> str:
    """``app.core.spec`` → ``core``."""
    return module.split(".")[1]


HOUSED = [module for module in MODULES if module != "app"]


def test_every_part_of_the_house_has_a_floor() -> None:
    assert {part_of(module) for module in HOUSED} <= RANK.keys()


def test_every_floor_is_in_the_architecture_document() -> None:
    text = (ROOT / "docs/ARCHITECTURE.md").read_text()
    assert [part for part in {part_of(m) for m in HOUSED} - {"__main__"} if part not in text] == []


@pytest.mark.parametrize("module", HOUSED)
def test_imports_go_down_the_floors_only(module: str) -> None:
    own = part_of(module)
    others = {part_of(name) for name in imports(module) if name.startswith("app.")} - {own}
    assert {other for other in others if RANK[other] >= RANK[own]} == set()


def test_imports_form_no_cycle() -> None:
    graph = {module: {name for name in imports(module) if name in MODULES} for module in MODULES}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("module", [module for module in HOUSED if RANK.get(part_of(module), 0) < RANK["api"]])
def test_nothing_below_the_api_knows_the_web(module: str) -> None:
    assert {name.split(".")[0] for name in imports(module)} & WEB == set()


def test_modules_stay_short() -> None:
    typical = summary(module_sizes())
    assert typical.median <= 100 and typical.longest.lines <= 250, typical


def test_functions_stay_short() -> None:
    typical = summary(function_sizes())
    assert typical.median <= 6 and typical.p90 <= 25 and typical.longest.lines <= 40, typical
