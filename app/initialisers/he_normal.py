"""He's normal draw."""

from __future__ import annotations

from typing import Literal

from app.initialisers._base import ScaledNormal, he


class HeNormal(ScaledNormal):
    """W ~ N(0, 2/fan_in)."""

    kind: Literal["he_normal"] = "he_normal"
    title = "He normal"
    summary = "Twice LeCun's variance, for rectifiers, which drop half the signal."
    reference = "He, Zhang, Ren & Sun 2015, Delving deep into rectifiers, ICCV, eq. 10"
    formula = r"W \sim N\!\left(0, 2 / n_\mathrm{in}\right)"

    def variance(self, fan_in: int, fan_out: int) -> float:
        return he(fan_in, fan_out)
