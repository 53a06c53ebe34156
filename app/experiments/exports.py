"""A trained network as a file that reproduces its predictions elsewhere."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.experiments.build import build_objective, point_of
from app.experiments.costs import Cost
from app.experiments.events import Event
from app.experiments.export_parts import Parts, parts_of
from app.experiments.export_scripts import NUMPY, TORCH, script
from app.experiments.network_specs import ExportSpec
from app.experiments.run import Slice
from app.objectives.network import Network

BYTES_A_NUMBER = 100
"""Held while a number of θ becomes text."""


class File(NamedTuple):
    """A file to be saved."""

    name: str
    media_type: str
    content: bytes


def advance_export(spec: ExportSpec, state: None, budget: float) -> Slice:
    """The whole file in one slice: a single ``result`` event."""
    network = build_objective(spec.objective)
    assert isinstance(network, Network)
    theta = point_of(spec.objective, network, spec.parameters, 0)
    return Slice(None, [Event("result", FORMATS[spec.format](parts_of(network, theta))._asdict())], True)


def export_cost(spec: ExportSpec) -> Cost:
    """Numbers turned into text."""
    size = len(spec.parameters)
    return Cost(0.05 + 1e-6 * size, 10_000_000 + BYTES_A_NUMBER * size, "fewer parameters")


def _numpy(parts: Parts) -> File:
    return File("thalweg_network.py", "text/x-python", script(parts, NUMPY).encode())


def _torch(parts: Parts) -> File:
    return File("thalweg_network_torch.py", "text/x-python", script(parts, TORCH).encode())


def _npz(parts: Parts) -> File:
    """Every array by the name that the scripts give it, and θ whole; the same arrays give the same bytes."""
    buffer = io.BytesIO()
    arrays: dict[str, Array] = {**parts.arrays, "theta": parts.theta}
    np.savez(buffer, **arrays)  # type: ignore[arg-type]
    return File("thalweg_network.npz", "application/x-npz", buffer.getvalue())


FORMATS: Mapping[str, Callable[[Parts], File]] = MappingProxyType({"numpy": _numpy, "pytorch": _torch, "npz": _npz})
