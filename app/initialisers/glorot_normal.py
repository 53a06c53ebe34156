"""Glorot's (Xavier's) normal draw."""

from __future__ import annotations

from typing import Literal

from app.initialisers._base import ScaledNormal, glorot


class GlorotNormal(ScaledNormal):
    """W ~ N(0, 2/(fan_in + fan_out))."""

    kind: Literal["glorot_normal"] = "glorot_normal"
    title = "Glorot normal"
    summary = "The variance of Glorot uniform with Gaussian tails."
    reference = "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward nets, AISTATS, eq. 12"
    formula = r"W \sim N\!\left(0, 2 / (n_\mathrm{in} + n_\mathrm{out})\right)"

    def variance(self, fan_in: int, fan_out: int) -> float:
        return glorot(fan_in, fan_out)
