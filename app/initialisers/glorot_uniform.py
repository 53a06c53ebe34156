"""Glorot's (Xavier's) uniform draw."""

from __future__ import annotations

from typing import Literal

from app.initialisers._base import ScaledUniform, glorot


class GlorotUniform(ScaledUniform):
    """W ~ U(±√(6/(fan_in + fan_out)))."""

    kind: Literal["glorot_uniform"] = "glorot_uniform"
    title = "Glorot uniform"
    summary = "Keeps activations and errors of about the same size from layer to layer; made for tanh."
    reference = "Glorot & Bengio 2010, Understanding the difficulty of training deep feedforward nets, AISTATS, eq. 16"
    formula = r"W \sim U\!\left(\pm\sqrt{6 / (n_\mathrm{in} + n_\mathrm{out})}\right)"

    def variance(self, fan_in: int, fan_out: int) -> float:
        return glorot(fan_in, fan_out)
