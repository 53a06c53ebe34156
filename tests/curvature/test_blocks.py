"""A Hessian's layer blocks add up to it."""

from __future__ import annotations

import numpy as np
import pytest

from app.curvature.blocks import layer_blocks
from tests.curvature.operators import classifier


def test_the_blocks_are_those_of_the_matrix() -> None:
    net, theta = classifier(5)
    hessian = net.hessian(theta)
    found = layer_blocks(hessian, net.layers)
    assert found.names == ("hidden 1", "hidden 2", "output") and found.borders[-1] == net.dim
    for i, one in enumerate(net.layers):
        for j, other in enumerate(net.layers):
            part = hessian[one.start : one.stop, other.start : other.stop]
            assert found.norms[i, j] == pytest.approx(np.linalg.norm(part), rel=1e-12)
        own = hessian[one.start : one.stop, one.start : one.stop]
        assert found.traces[i] == pytest.approx(np.trace(own), rel=1e-12)
    assert np.linalg.norm(found.norms) == pytest.approx(np.linalg.norm(hessian), rel=1e-12)
    assert 0 < found.diagonal_share < 1


def test_a_block_diagonal_matrix_keeps_all_in_its_blocks() -> None:
    net, _ = classifier(5)
    assert layer_blocks(np.eye(net.dim), net.layers).diagonal_share == 1.0
    assert layer_blocks(np.zeros((net.dim, net.dim)), net.layers).diagonal_share == 0.0
