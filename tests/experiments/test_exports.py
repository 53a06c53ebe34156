"""An exported network answers elsewhere as it does here."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest

from app.activations._base import Activation
from app.core.errors import SpecError
from app.core.interfaces import Array
from app.core.spec import catalogue
from app.experiments.build import build_objective
from app.experiments.exports import advance_export
from app.experiments.network_specs import ExportSpec
from app.objectives.network import Network
from tests.experiments import torch_on_numpy

ACTIVATIONS = sorted(catalogue("app.activations", Activation))
VARIANTS = [{"kind": "leaky_relu", "slope": 0.3}, {"kind": "elu", "alpha": 2.5}, {"kind": "sine", "frequency": 7.0}]
ROWS = np.random.default_rng(7).normal(3, 40, (30, 3)).tolist()
LABELS = [("no", "yes", 'may"be\\\n')[i % 3] for i in range(30)]
TABLE: dict[str, Any] = {
    "kind": "table",
    "task": "classification",
    "inputs": ROWS,
    "targets": LABELS,
    "standardise": True,
}
SCALED: dict[str, Any] = {
    "kind": "table",
    "task": "regression",
    "inputs": ROWS,
    "targets": [[1e4 + sum(row), row[0] / 9] for row in ROWS],
    "standardise": True,
    "standardise_targets": True,
    "held_out": 0.3,
}
DATA: dict[str, dict[str, Any]] = {
    "moons": {"kind": "moons", "n": 20},
    "blobs": {"kind": "blobs", "n": 20},
    "curve": {"kind": "sine", "n": 20},
    "own classes": TABLE,
    "own numbers": SCALED,
    "diabetes": {"kind": "diabetes"},
    "wine": {"kind": "wine"},
}


def random_network(seed: int) -> dict[str, Any]:
    """Any depth and widths, every activation in turn, with and without skips, direct connections and biases."""
    rng = np.random.default_rng(seed)
    kinds = [*ACTIVATIONS, *VARIANTS]
    depth, width = int(rng.integers(0, 5)), int(rng.integers(1, 6))
    widths = [width if rng.random() < 0.7 else int(rng.integers(1, 6)) for _ in range(depth)]
    layers = [{"units": u, "activation": kinds[(3 * seed + i) % len(kinds)]} for i, u in enumerate(widths)]
    spec = {"kind": "network", "layers": layers, "data": list(DATA.values())[seed % len(DATA)], "direct": seed % 2 == 0}
    spec |= {"biases": seed % 3 != 0, "residual_scale": 0.5}
    skipped = {"residual": True}
    try:
        ExportSpec.model_validate({"objective": spec | skipped, "parameters": [0.0]}).objective.build()
    except SpecError:
        return spec
    return spec | skipped


def export(objective: dict[str, Any], theta: Array, form: str) -> dict[str, Any]:
    spec = ExportSpec.model_validate({"objective": objective, "parameters": theta.tolist(), "format": form})
    (event,) = advance_export(spec, None, 1.0).events
    return event.data


def built(objective: dict[str, Any]) -> tuple[Network, Array]:
    network = build_objective(ExportSpec.model_validate({"objective": objective, "parameters": [0.0]}).objective)
    assert isinstance(network, Network)
    return network, np.random.default_rng(1).normal(0, 0.7, network.dim)


def said(network: Network, theta: Array) -> tuple[Array, Array]:
    """Inputs in people's own numbers, and what the network says of them in theirs."""
    seen = network.data.inputs[:9]
    outputs = network.shown(network.predict(theta, seen).mT).mT
    x, y = network.data.input_scaling, network.data.target_scaling
    own = seen.copy() if x is None else seen * x.scale + x.shift
    return own, outputs if y is None else outputs * y.scale + y.shift


def answers(script: str, rows: Array, python: str = sys.executable) -> Array:
    """What the script prints for rows on its standard input."""
    run = subprocess.run(
        [python, "-W", "error", "-c", script],
        input=json.dumps(rows.tolist()),
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return np.array(json.loads(run.stdout))


def check(script: str, network: Network, theta: Array, predict: Any) -> None:
    rows, expected = said(network, theta)
    np.testing.assert_allclose(predict(script, rows), expected, rtol=1e-12, atol=1e-12 * np.abs(expected).max())


def in_process(script: str, rows: Array) -> Array:
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(compile(script, "exported", "exec"), namespace)
    return np.array(namespace["predict"](rows).tolist())


def on_the_stand_in(script: str, rows: Array) -> Array:
    with patch.dict(sys.modules, torch=torch_on_numpy.torch()):
        return in_process(script, rows)


@pytest.mark.parametrize("seed", range(5))
def test_the_numpy_script_reproduces_predictions_in_a_process_of_its_own(seed: int) -> None:
    objective = random_network(seed)
    network, theta = built(objective)
    check(export(objective, theta, "numpy")["content"].decode(), network, theta, answers)


@pytest.mark.parametrize("seed", range(5, 65))
def test_the_numpy_script_reproduces_predictions_of_random_architectures(seed: int) -> None:
    objective = random_network(seed)
    network, theta = built(objective)
    check(export(objective, theta, "numpy")["content"].decode(), network, theta, in_process)


def test_the_pytorch_module_reproduces_predictions_where_torch_is_present() -> None:
    pytest.importorskip("torch")
    for seed in range(40):
        objective = random_network(seed)
        network, theta = built(objective)
        check(export(objective, theta, "pytorch")["content"].decode(), network, theta, in_process)


@pytest.mark.parametrize("seed", range(25))
def test_the_pytorch_module_is_wired_as_the_network(seed: int) -> None:
    objective = random_network(seed)
    network, theta = built(objective)
    check(export(objective, theta, "pytorch")["content"].decode(), network, theta, on_the_stand_in)


@pytest.mark.parametrize("seed", range(10))
def test_the_pytorch_script_is_python_that_names_every_array(seed: int) -> None:
    objective = random_network(seed)
    theta = built(objective)[1]
    code = compile(export(objective, theta, "pytorch")["content"].decode(), "exported", "exec")
    arrays = np.load(io.BytesIO(export(objective, theta, "npz")["content"]))
    assert set(arrays.files) - {"theta"} <= set(code.co_names)


@pytest.mark.parametrize("seed", range(10))
def test_the_arrays_are_the_parameters_in_their_shapes(seed: int) -> None:
    objective = random_network(seed)
    network, theta = built(objective)
    arrays = np.load(io.BytesIO(export(objective, theta, "npz")["content"]), allow_pickle=False)
    named = [arrays[name].ravel() for name in arrays.files if name[0] in "WbD"]
    np.testing.assert_array_equal(np.concatenate(named), theta)
    np.testing.assert_array_equal(arrays["theta"], theta)
    assert arrays["W1"].shape == (network.architecture.widths[1], network.architecture.inputs)


def test_equal_specs_give_equal_bytes() -> None:
    theta = built(random_network(3))[1]
    for form in ("numpy", "pytorch", "npz"):
        assert export(random_network(3), theta, form) == export(random_network(3), theta, form)


def test_labels_of_people_stay_data(tmp_path: Path) -> None:
    objective = {"kind": "network", "layers": [], "data": TABLE}
    network, theta = built(objective)
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(export(objective, theta, "numpy")["content"], namespace)
    assert namespace["TARGETS"] == list(network.data.target_names)


def test_the_wrong_number_of_parameters_is_refused() -> None:
    with pytest.raises(SpecError, match="2 parameters were given but the objective has 33"):
        export({"kind": "network"}, np.zeros(2), "npz")
