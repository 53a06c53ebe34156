"""LeCun's normal draw."""

from __future__ import annotations

from typing import Literal

from app.initialisers._base import ScaledNormal, lecun


class LeCunNormal(ScaledNormal):
    """W ~ N(0, 1/fan_in)."""

    kind: Literal["lecun_normal"] = "lecun_normal"
    title = "LeCun normal"
    summary = "Unit variance in, unit variance out, for units near their linear part."
    reference = "LeCun, Bottou, Orr & Müller 1998, Efficient backprop, section 4.6, eq. 16"
    formula = r"W \sim N\!\left(0, 1 / n_\mathrm{in}\right)"

    def variance(self, fan_in: int, fan_out: int) -> float:
        return lecun(fan_in, fan_out)
