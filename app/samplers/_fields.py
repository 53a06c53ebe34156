"""Hyper-parameters that several kernels share, as controls."""

from __future__ import annotations

from typing import Any

from app.core.spec import control


def step_size(default: float) -> Any:
    """The length of a step in the units of θ: positive, on a logarithmic slider."""
    return control(default, "Step size", symbol="ε", scale="log", slider=(0.01, 10.0), gt=0, le=1e6)


def gradient_noise(default: float) -> Any:
    """Noise of a gradient that is made up."""
    return control(
        default,
        "Gradient noise",
        symbol="σ",
        ge=0,
        le=1e6,
        slider=(0, 10),
        description="standard deviation per coordinate; made up, and unused with mini-batches",
    )


def tuned(default: bool = True) -> Any:
    """Whether warm-up changes the step size."""
    return control(default, "Tune the step size", description="during warm-up, towards the wanted acceptance")


def wanted_acceptance(default: float) -> Any:
    """What the step size is tuned towards."""
    return control(
        default, "Wanted acceptance", symbol="δ", gt=0, lt=1, slider=(0.1, 0.95), description="mean over the warm-up"
    )


def slice_width(default: float = 2.0) -> Any:
    """The width of the first interval."""
    return control(
        default,
        "Width",
        symbol="w",
        scale="log",
        slider=(0.1, 100.0),
        gt=0,
        le=1e6,
        description="of the first interval; about the width of the density",
    )


def most_widths(default: int = 16) -> Any:
    """How far an interval may step out."""
    return control(default, "Most widths", symbol="m", ge=1, le=1000, description="an interval steps out to at most")
