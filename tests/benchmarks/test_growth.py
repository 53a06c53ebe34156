"""Slopes are exponents, and the picture shows every point."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pytest

from benchmarks.growth import Curve, figure


def test_the_slope_of_a_power_is_its_exponent() -> None:
    curve = Curve("Data", "examples", (10, 100, 1000), (2e-3 * 10**1.5, 2e-3 * 100**1.5, 2e-3 * 1000**1.5))
    assert curve.slope == pytest.approx(1.5) and curve.last_slope == pytest.approx(1.5)


def test_the_last_slope_leaves_fixed_costs_behind() -> None:
    sizes = (1, 10, 100, 1000)
    curve = Curve("Data", "examples", sizes, tuple(1.0 + 0.1 * size for size in sizes))
    assert curve.slope < curve.last_slope < 1.0


def test_the_picture_is_well_formed_and_has_a_dot_for_every_size() -> None:
    curves = [Curve("Grid & data", "points", (1, 2, 4), (1.0, 2.0, 4.0)), Curve("Depth", "layers", (1, 2), (1.0, 1.0))]
    root = ET.fromstring(figure(curves))
    assert len(list(root.iter("{http://www.w3.org/2000/svg}circle"))) == 5
