"""LeCun's uniform draw."""

from __future__ import annotations

from typing import Literal

from app.initialisers._base import ScaledUniform, lecun


class LeCunUniform(ScaledUniform):
    """W ~ U(±√(3/fan_in))."""

    kind: Literal["lecun_uniform"] = "lecun_uniform"
    title = "LeCun uniform"
    summary = "Unit variance in, unit variance out, for units near their linear part."
    reference = "LeCun, Bottou, Orr & Müller 1998, Efficient backprop, section 4.6, eq. 16"
    formula = r"W \sim U\!\left(\pm\sqrt{3 / n_\mathrm{in}}\right)"

    def variance(self, fan_in: int, fan_out: int) -> float:
        return lecun(fan_in, fan_out)
