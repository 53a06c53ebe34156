"""Hyper-parameters that several optimisers share, as controls."""

from __future__ import annotations

from typing import Any

from app.core.spec import control


def learning_rate(default: float, symbol: str = "η") -> Any:
    """The learning rate: positive, on a logarithmic slider."""
    return control(
        default,
        "Learning rate",
        symbol=symbol,
        scale="log",
        slider=(1e-5, 1.0),
        gt=0,
        le=1e6,
        description="Length of the step relative to the update's direction, before the schedule.",
    )


def coefficient(default: float, title: str, symbol: str, description: str) -> Any:
    """A coefficient in [0, 1) of a geometric memory: the weight of the past."""
    return control(default, title, symbol=symbol, slider=(0.0, 0.999), ge=0, lt=1, description=description)


def epsilon(default: float, symbol: str = "ε") -> Any:
    """The small positive number that keeps a denominator away from zero."""
    return control(
        default,
        "Epsilon",
        symbol=symbol,
        scale="log",
        slider=(1e-12, 0.1),
        gt=0,
        le=1,
        description="Keeps the denominator away from zero; large values weaken the preconditioner.",
    )


def weight_decay(default: float) -> Any:
    """Decoupled weight decay: each step also shrinks θ by the factor 1 − ηλ."""
    return control(
        default,
        "Weight decay",
        symbol="λ",
        slider=(0.0, 0.1),
        ge=0,
        le=100,
        description="Pull towards zero, per unit of learning rate; not divided by the preconditioner.",
    )


def damping(default: float) -> Any:
    """What is added to every curvature before it divides; its slider is logarithmic unless zero is the default."""
    return control(
        default,
        "Damping",
        symbol="λ",
        scale="log" if default else "linear",
        slider=(1e-8 if default else 0.0, 10.0),
        ge=0,
        le=1e9,
        description="Added to every curvature: zero is the pure method, large values give short gradient steps.",
    )
