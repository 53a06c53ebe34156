"""How time grows: slopes of straight lines through doubly logarithmic points, and their picture."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import NamedTuple

import numpy as np

WIDTH, HEIGHT, MARGIN, EDGE = 420, 250, 62, 36
"""Of a panel, in pixels."""
INK, LINE, GRID = "#1f2430", "#335cd7", "#d5d9e2"


class Curve(NamedTuple):
    """Seconds against a size."""

    title: str
    unit: str
    sizes: tuple[float, ...]
    seconds: tuple[float, ...]

    @property
    def slope(self) -> float:
        """Least squares of log seconds on log size: the exponent p of t ∝ sizeᵖ."""
        return float(np.polyfit(np.log(self.sizes), np.log(self.seconds), 1)[0])

    @property
    def last_slope(self) -> float:
        """The exponent between the two largest sizes, where fixed costs weigh least."""
        rise = np.log(self.seconds[-1] / self.seconds[-2])
        return float(rise / np.log(self.sizes[-1] / self.sizes[-2]))


def figure(curves: Sequence[Curve]) -> str:
    """An SVG with a panel for each curve, two side by side."""
    panels = "".join(
        f'<g transform="translate({i % 2 * WIDTH} {i // 2 * HEIGHT})">{_panel(curve)}</g>'
        for i, curve in enumerate(curves)
    )
    width, height = 2 * WIDTH, (len(curves) + 1) // 2 * HEIGHT
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'font-family="sans-serif" font-size="12" fill="{INK}">'
        f'<rect width="{width}" height="{height}" fill="#ffffff"/>{panels}</svg>\n'
    )


def _panel(curve: Curve) -> str:
    across, up = _scale(curve.sizes, MARGIN, WIDTH - EDGE), _scale(curve.seconds, HEIGHT - MARGIN, 34)
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in zip(across, up, strict=True))
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>' for x, y in zip(across, up, strict=True))
    ticks = "".join(_across(x, size) for x, size in zip(across, curve.sizes, strict=True))
    marks = "".join(_up(up[i], curve.seconds[i]) for i in (0, -1))
    return (
        f'<text x="{MARGIN}" y="18" font-weight="bold">{escape(curve.title)}: slope {curve.slope:.2f}, '
        f"at the end {curve.last_slope:.2f}</text>{ticks}{marks}"
        f'<g fill="{LINE}"><polyline points="{path}" fill="none" stroke="{LINE}" stroke-width="2"/>{dots}</g>'
        f'<text x="{(WIDTH - EDGE + MARGIN) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">{escape(curve.unit)}</text>'
    )


def _scale(values: Sequence[float], low: float, high: float) -> list[float]:
    """Logarithms onto pixels."""
    logs = np.log(values)
    share = (logs - logs.min()) / (np.ptp(logs) or 1.0)
    return [float(low + s * (high - low)) for s in share]


def _across(x: float, size: float) -> str:
    return (
        f'<line x1="{x:.1f}" x2="{x:.1f}" y1="34" y2="{HEIGHT - MARGIN}" stroke="{GRID}"/>'
        f'<text x="{x:.1f}" y="{HEIGHT - MARGIN + 16}" text-anchor="middle">{size:,.0f}</text>'
    )


def _up(y: float, seconds: float) -> str:
    return f'<text x="{MARGIN - 6}" y="{y + 4:.1f}" text-anchor="end">{1e3 * seconds:.3g} ms</text>'
