"""Whatever can be descended, drawn or described: surfaces, networks, densities and approximations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.core.unions import one_of
from app.objectives.surface import Surface

if TYPE_CHECKING:
    from app.inference._objectives import Inferred
    from app.objectives.network import NetworkSpec

    AnyObjective = Surface | NetworkSpec | Inferred
else:
    AnyObjective = one_of(
        "app.objectives.surfaces",
        Surface,
        network="app.objectives.network:NetworkSpec",
        elbo="app.inference._objectives:ElboSpec",
        target="app.inference._objectives:TargetSpec",
    )
