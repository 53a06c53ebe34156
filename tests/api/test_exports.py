"""Exports over HTTP: a file to keep, or a problem report."""

from __future__ import annotations

import io
from typing import Any

import numpy as np
import pytest

from app.client import ProblemError, Thalweg
from tests.api.conftest import Live

LINE: dict[str, Any] = {
    "objective": {
        "kind": "network",
        "layers": [],
        "data": {"kind": "table", "task": "regression", "inputs": [[0.0], [1.0]], "targets": [1.0, 3.0]},
    },
    "parameters": [2.0, 1.0],
}


@pytest.mark.parametrize(
    ("form", "name", "media"),
    [
        ("numpy", "thalweg_network.py", "text/x-python; charset=utf-8"),
        ("pytorch", "thalweg_network_torch.py", "text/x-python; charset=utf-8"),
        ("npz", "thalweg_network.npz", "application/x-npz"),
    ],
)
def test_a_file_comes_with_its_name_and_type(real: Live, form: str, name: str, media: str) -> None:
    response = real.post("/api/exports", LINE | {"format": form})
    assert response.status_code == 200
    assert response.headers["content-disposition"] == f'attachment; filename="{name}"'
    assert response.headers["content-type"] == media


def test_the_client_saves_what_the_server_sends(real: Live) -> None:
    with Thalweg(real.url) as client:
        script, arrays = (client.export(LINE | {"format": form}) for form in ("numpy", "npz"))
        assert client.activations({"activation": "tanh"})["bound"] == 1.0
    namespace: dict[str, Any] = {"__name__": "exported"}
    exec(script, namespace)
    assert namespace["predict"]([[0.0], [10.0]]).tolist() == [[1.0], [21.0]]
    np.testing.assert_array_equal(np.load(io.BytesIO(arrays))["theta"], [2.0, 1.0])


def test_what_cannot_be_exported_is_refused(real: Live) -> None:
    with Thalweg(real.url) as client, pytest.raises(ProblemError) as caught:
        client.export(LINE | {"parameters": [1.0]})
    assert caught.value.report["errors"][0]["pointer"] == "/parameters"
    surface = real.post("/api/exports", {"objective": {"kind": "booth"}, "parameters": [1.0, 2.0]})
    assert surface.status_code == 422 and surface.json()["errors"][0]["pointer"].startswith("/objective")
    assert real.post("/api/exports", LINE | {"format": "onnx"}).status_code == 422


@pytest.mark.parametrize("accept", ["application/json", "application/x-npz"])
def test_another_media_type_is_not_acceptable(real: Live, accept: str) -> None:
    response = real.post("/api/exports", LINE, headers={"Accept": accept})
    assert response.status_code == 406
