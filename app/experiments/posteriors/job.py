"""Posteriors as a job: what one costs, and its events as one reply."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.core.errors import SpecError
from app.core.inference import Sampler
from app.experiments.costs import Cost
from app.experiments.events import Event
from app.experiments.posteriors.divergences import divergence_points
from app.experiments.posteriors.setting import Setting, setting_of
from app.experiments.posteriors.sheets import without_sheets
from app.experiments.posteriors.specs import AnyMethod, PosteriorSpec
from app.experiments.posteriors.walking import KEPT_NUMBERS

STARTED = (
    *("spec", "hash", "dim", "names", "natural_names", "labels", "window"),
    *("reference", "reference_note", "data", "left_out"),
)
STEP_SECONDS = 1e-4
NUMBER_BYTES = 20


def posterior_cost(spec: PosteriorSpec) -> Cost:
    """Evaluations of the density over all methods, the sheets, and the numbers that are sent or kept.

    Raises:
        SpecError: a method does not suit the target.
    """
    setting = setting_of(spec, None)
    seconds = sum(_seconds(setting, which, method) for which, method in enumerate(spec.methods))
    columns, rows = (0, 0) if without_sheets(setting) else spec.sheets or (0, 0)
    steps = (spec.draws + spec.warm_up * spec.record.warm_up) // spec.record.every + 1
    shown = 6 * steps * min(spec.chains, spec.record.chains) * len(spec.methods)
    held = 20_000_000 + NUMBER_BYTES * shown + 16 * KEPT_NUMBERS * len(spec.methods) + 32 * columns * rows
    advice = "fewer draws, chains, methods or points, a larger record.every or a smaller record.chains"
    drawn = columns * rows + divergence_points(setting)
    return Cost(seconds + drawn * setting.seconds, held, advice)


def _seconds(setting: Setting, which: int, method: AnyMethod) -> float:
    if isinstance(method, Sampler):
        steps = setting.spec.warm_up + setting.spec.draws
        dim, chains = setting.target.dim, setting.spec.chains
        paths = 3 if setting.spec.record.leapfrog else 1
        return paths * steps * (STEP_SECONDS + chains * method.gradients_per_step(dim) * setting.seconds)
    try:
        return method.evaluations(setting.target) * setting.seconds
    except SpecError as error:
        raise error.under(f"/methods/{which}") from error


def collect_posterior(events: Sequence[Event]) -> dict[str, Any]:
    """The whole answer at once: the reference, each method's last word, and how its estimates moved."""
    by_kind: dict[str, list[dict[str, Any]]] = {}
    for event in events:
        by_kind.setdefault(event.kind, []).append(event.data)
    (started,), (finished,) = by_kind["started"], by_kind["finished"]
    reply = {key: started[key] for key in STARTED}
    if "sheets" in by_kind:
        reply["sheets"] = by_kind["sheets"][0]
    reply["moment_matches"] = finished["moment_matches"]
    reply["methods"] = [
        {**_described(started, which), **summary, "history": _history(which, by_kind.get("estimate", []))}
        for which, summary in enumerate(finished["methods"])
    ]
    return reply


def _described(started: dict[str, Any], which: int) -> dict[str, Any]:
    return {name: started["methods"][which][name] for name in ("trustworthy", "predicted")}


def _history(which: int, estimates: list[dict[str, Any]]) -> list[dict[str, Any]]:
    columns = ("step", "gradients", "log_evidence", "mean", "variance", "standard_error")
    return [{name: found[name] for name in columns} for found in estimates if found["method"] == which]
