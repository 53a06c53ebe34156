"""Whatever can be descended, drawn or described: surfaces, networks, densities and approximations."""

from __future__ import annotations

from functools import reduce
from operator import or_
from typing import TYPE_CHECKING, Annotated

from pydantic import BeforeValidator, Field

from app.core.spec import catalogue, named
from app.inference._objectives import ElboSpec, Inferred, TargetSpec
from app.objectives.network import NetworkSpec
from app.objectives.surface import Surface

if TYPE_CHECKING:
    AnyObjective = Surface | NetworkSpec | Inferred
else:
    AnyObjective = Annotated[
        reduce(or_, [*catalogue("app.objectives.surfaces", Surface).values(), NetworkSpec, ElboSpec, TargetSpec]),
        Field(discriminator="kind"),
        BeforeValidator(named),
    ]
