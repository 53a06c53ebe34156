"""How long modules and functions are: ``python -m scripts.sizes`` prints a report."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median, quantiles
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
Function = ast.FunctionDef | ast.AsyncFunctionDef


class Size(NamedTuple):
    """Lines of a module, or of a function's body without its docstring."""

    lines: int
    name: str


class Summary(NamedTuple):
    """Median, ninetieth percentile and longest."""

    median: float
    p90: float
    longest: Size


def summary(sizes: Sequence[Size]) -> Summary:
    """What is typical and what is worst."""
    lines = [size.lines for size in sizes]
    return Summary(median(lines), quantiles(lines, n=10)[-1], max(sizes))


def sources() -> list[Path]:
    """The modules of the application."""
    return sorted((ROOT / "app").rglob("*.py"))


def module_sizes() -> list[Size]:
    """Lines of every module that holds anything."""
    counted = (Size(len(path.read_text().splitlines()), str(path.relative_to(ROOT))) for path in sources())
    return [size for size in counted if size.lines > 1]


def function_sizes() -> list[Size]:
    """Lines of every function's body."""
    return [
        Size(body_lines(node), f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
        for path in sources()
        for node in functions(path)
    ]


def functions(path: Path) -> Iterator[Function]:
    """Every function and method of a module."""
    return (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, Function))


def body_lines(node: Function) -> int:
    """From the first statement after the docstring to the last."""
    body = node.body[1:] if ast.get_docstring(node) else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def main() -> None:
    """Print both summaries and the longest of each."""
    for title, sizes in (("modules", module_sizes()), ("functions", function_sizes())):
        typical = summary(sizes)
        print(f"{len(sizes)} {title}: median {typical.median:g} lines, p90 {typical.p90:g}")
        print("\n".join(f"  {size.lines:4} {size.name}" for size in sorted(sizes, reverse=True)[:10]))


if __name__ == "__main__":
    main()
