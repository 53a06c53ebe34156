"""He's uniform draw."""

from __future__ import annotations

from typing import Literal

from app.initialisers._base import ScaledUniform, he


class HeUniform(ScaledUniform):
    """W ~ U(±√(6/fan_in))."""

    kind: Literal["he_uniform"] = "he_uniform"
    title = "He uniform"
    summary = "Twice LeCun's variance, for rectifiers, which drop half the signal."
    reference = "He, Zhang, Ren & Sun 2015, Delving deep into rectifiers, ICCV, eq. 10 (there normal)"
    formula = r"W \sim U\!\left(\pm\sqrt{6 / n_\mathrm{in}}\right)"

    def variance(self, fan_in: int, fan_out: int) -> float:
        return he(fan_in, fan_out)
