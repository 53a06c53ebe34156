"""What a Hessian's reply is made of, stage by stage, each in pieces that a worker can be given back between."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from app.core.errors import SpecError
from app.core.interfaces import Array, Objective
from app.core.work import Once, Work
from app.curvature.density import abreast, probing
from app.curvature.eigen import Eigenpairs, eigenvalues, spectrum
from app.curvature.extreme import MAX_PRODUCTS, Extreme
from app.curvature.products import Product, product_at
from app.curvature.quadrature import Quadrature
from app.curvature.trace import HutchPlusPlus, Trace
from app.experiments.build import build_objective, point_of
from app.experiments.chunks import step_seconds
from app.experiments.gauss_newton import GaussNewton, by_products, model_of, of_matrix
from app.experiments.hessian_limits import Ask, ask_of, needs_vectors
from app.experiments.model_steps import frame_of
from app.experiments.precision import check_single
from app.experiments.specs import HessianSpec
from app.experiments.spectral_density import Region, regions_of
from app.experiments.view import Frame

SEARCH_SECONDS = 60.0
"""About how long Lanczos may go on before what has not converged is given up."""


class Point(NamedTuple):
    """What every stage needs and none changes."""

    objective: Objective
    theta: Array
    loss: float
    gradient_norm: float
    product: Product
    density_product: Product
    ask: Ask
    regions: tuple[Region, ...]
    frame: Frame | None


class Found(NamedTuple):
    """What the stages have found so far."""

    hessian: Array | None = None
    pairs: Eigenpairs | None = None
    trace: Trace | None = None
    part: Eigenpairs | None = None
    rest: Eigenpairs | None = None
    quadratures: tuple[Quadrature, ...] = ()

    def gauss_newton(self) -> GaussNewton | None:
        """The Gauss–Newton part, where it was asked for."""
        return None if self.part is None or self.rest is None else GaussNewton(self.part, self.rest)


class Stage(NamedTuple):
    """What a stage looks for, how, and where its result goes."""

    what: str
    work: Callable[[Found], Work[Any, Any]]
    keep: Callable[[Found, Any], Found]


@lru_cache(maxsize=2)
def point_at(spec: HessianSpec) -> Point:
    """The point of a spec.

    Raises:
        SpecError: a wrong number of parameters, more asked for than is possible, or a point that is not finite.
    """
    objective = build_objective(spec.objective)
    ask = ask_of(spec, objective.dim)
    theta = point_of(spec.objective, objective, spec.parameters, spec.seed)
    with np.errstate(all="ignore"):
        loss, gradient = objective.value_and_gradient(theta)
        product = product_at(objective, theta)
        norm, curved = (float(np.linalg.norm(v)) for v in (gradient, product(np.ones(theta.size))))
    if not np.isfinite([float(loss), norm, curved]).all():
        raise SpecError(
            "the loss, its gradient, its Hessian or a norm of these is not finite at these parameters; "
            "choose another point",
            "/parameters",
        )
    if spec.gauss_newton:
        model_of(objective)
    frame = frame_of(spec, objective, theta) if spec.steps else None
    single = spec.density is not None and spec.density.precision == "float32"
    drawn = _single_product(objective, theta) if single else product
    return Point(objective, theta, float(loss), norm, product, drawn, ask, regions_of(objective, spec.density), frame)


def _single_product(objective: Objective, theta: Array) -> Product:
    check_single(objective, "/density/precision")
    return product_at(objective, theta.astype(np.float32))


@lru_cache(maxsize=2)
def plan(spec: HessianSpec) -> tuple[Stage, ...]:
    """All stages, in order; a whole spectrum gives the trace and the density without others."""
    point = point_at(spec)
    return (*_matrix_stages(spec, point), *(() if point.ask.whole else _product_stages(spec, point)))


def _matrix_stages(spec: HessianSpec, point: Point) -> list[Stage]:
    objective, theta, whole = point.objective, point.theta, point.ask.whole
    stages = []
    if whole or spec.matrix:
        stages.append(Stage("matrix", lambda _: Once(lambda: objective.hessian(theta)), _keep("hessian")))
    if whole:
        solve = spectrum if needs_vectors(spec) else eigenvalues
        stages.append(Stage("spectrum", lambda found: Once(lambda: solve(_known(found))), _keep("pairs")))
    if whole and spec.gauss_newton:
        stages.append(
            Stage(
                "Gauss–Newton part",
                lambda found: Once(lambda: of_matrix(objective, theta, _known(found))),
                lambda found, pairs: found._replace(part=pairs.part, rest=pairs.rest),
            )
        )
    return stages


def _product_stages(spec: HessianSpec, point: Point) -> list[Stage]:
    ask, dim = point.ask, point.objective.dim
    asked = max(1, ask.top), max(1, ask.bottom)  # the signs of both ends say what kind of point it is
    stages = []
    if ask.top + ask.bottom or spec.gauss_newton:
        search = Extreme(point.product, dim, *asked, most=_most(point))
        stages.append(Stage("eigenvalues", lambda _: search, _keep("pairs")))
    if spec.gauss_newton:
        part, rest = by_products(point.objective, point.theta, point.product, *asked, _most(point))
        stages += [
            Stage("Gauss–Newton part", lambda _: part, _keep("part")),
            Stage("H − G", lambda _: rest, _keep("rest")),
        ]
    if not spec.matrix:
        stages.append(Stage("trace", lambda _: HutchPlusPlus(point.product, dim), _keep("trace")))
    return stages + [_probe(spec, point, region, some) for region, some in _probes(spec, point)]


def _keep(name: str) -> Callable[[Found, Any], Found]:
    return lambda found, result: found._replace(**{name: result})


def _known(found: Found) -> Array:
    assert found.hessian is not None
    return found.hessian


def _most(point: Point) -> int:
    return max(100, min(MAX_PRODUCTS, int(SEARCH_SECONDS / (2 * step_seconds(point.objective)))))


def _probes(spec: HessianSpec, point: Point) -> list[tuple[Region, range]]:
    if spec.density is None:
        return []
    steps = spec.density.steps
    return [(region, some) for region in point.regions for some in abreast(region.size, region.probes, steps)]


def _probe(spec: HessianSpec, point: Point, region: Region, some: range) -> Stage:
    assert spec.density is not None
    steps, precision = spec.density.steps, spec.density.precision
    product = region.within(point.density_product, point.objective.dim)
    return Stage(
        f"density of {region.name}" if region.name else "density",
        lambda _: probing(product, region.size, region.probes, some, steps, precision),
        lambda found, seen: found._replace(quadratures=(*found.quadratures, *seen)),
    )
