"""Our product beside its peers: ``make bench``, or ``python -m benchmarks --rows d,f --quick``.

Everything is measured in one run on one machine. Without ``--write`` the result is only printed.
"""

from __future__ import annotations

import argparse
import importlib
import pkgutil
import sys
import time
from collections.abc import Sequence
from functools import partial

from benchmarks import peers, rows
from benchmarks.contender import contender
from benchmarks.document import DOCUMENT, write
from benchmarks.machine import description, gemm_rate, stamp, start_unforced
from benchmarks.row import Row, Session


def all_rows() -> dict[str, Row]:
    """Every row by its letter, in order."""
    names = [module.name for module in pkgutil.iter_modules(rows.__path__) if not module.name.startswith("_")]
    found: list[Row] = [importlib.import_module(f"{rows.__name__}.{name}").ROW for name in names]
    return {row.letter: row for row in sorted(found, key=lambda row: row.letter)}


def packages() -> list[str]:
    """Distributions of all contenders."""
    names = [module.name for module in pkgutil.iter_modules(peers.__path__) if not module.name.startswith("_")]
    return sorted({package for name in names for package in contender(name).packages})


def say(began: float, letter: str, text: str) -> None:
    """One line of progress."""
    print(f"{time.perf_counter() - began:6.1f} s  {letter}  {text}", file=sys.stderr, flush=True)


def options(arguments: Sequence[str] | None, letters: Sequence[str]) -> argparse.Namespace:
    """What was asked for."""
    parser = argparse.ArgumentParser("python -m benchmarks", description=__doc__)
    parser.add_argument("--rows", default=",".join(letters), help="letters, e.g. d,f")
    parser.add_argument("--quick", action="store_true", help="smaller and shorter: does everything work?")
    parser.add_argument("--threads", type=int, default=2, help="of every contender")
    parser.add_argument("--budget", type=float, default=3.0, help="seconds of rounds per case")
    parser.add_argument("--write", action="store_true", help="into docs/BENCHMARKS.md; not with --quick")
    given = parser.parse_args(arguments)
    unknown = set(given.rows.split(",")) - set(letters)
    if unknown:
        parser.error(f"no row {', '.join(sorted(unknown))}; there are {', '.join(letters)}")
    if given.quick and given.write:
        parser.error("--quick gives no numbers to keep; leave out --quick or --write")
    return given


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure the rows and show or write what was found."""
    known = all_rows()
    given, began = options(arguments, list(known)), time.perf_counter()
    rates = {dtype: gemm_rate(dtype, given.threads) for dtype in ("float64", "float32")}
    machine = description(given.threads, rates, packages())
    for letter in given.rows.split(","):
        row, progress = known[letter], partial(say, began, letter)
        budget, folder = 0.3 if given.quick else given.budget, DOCUMENT.parent if given.write else None
        session = Session(given.quick, given.threads, budget, rates, progress, folder)
        found = row.run(session)
        print(f"\n### {letter}. {row.title}\n\n{found}", flush=True)
        if given.write:
            write({letter: f"{found}\n\n{stamp(rates)}", "machine": machine})
    print(f"\n{machine}\nTook {time.perf_counter() - began:.0f} s.")
    return 0


if __name__ == "__main__":
    start_unforced()
    sys.exit(main())
