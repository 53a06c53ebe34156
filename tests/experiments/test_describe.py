"""What is said of an objective before it is run."""

from __future__ import annotations

import numpy as np

from app.experiments.describe import MAX_ROWS, describe
from app.experiments.specs import DescribeSpec

MOONS = {"kind": "network", "data": {"kind": "moons", "n": 30, "noise": 0.2, "seed": 3}}


def test_rows_are_those_that_the_network_is_trained_and_tested_on() -> None:
    spec = DescribeSpec.model_validate({"objective": MOONS, "examples": True})
    data = spec.objective.data.load()  # type: ignore[union-attr]
    rows = describe(spec)["data"]["rows"]
    for part in ("inputs", "targets", "test_inputs", "test_targets"):
        np.testing.assert_array_equal(rows[part], getattr(data, part))


def test_rows_are_sent_on_request_alone_and_not_without_end() -> None:
    many = {**MOONS, "data": {"kind": "moons", "n": MAX_ROWS + 5}}
    assert describe(DescribeSpec.model_validate({"objective": MOONS}))["data"]["rows"] is None
    reply = describe(DescribeSpec.model_validate({"objective": many, "examples": True}))
    assert len(reply["data"]["rows"]["inputs"]) == MAX_ROWS
    assert reply["examples"] == MAX_ROWS + 5
