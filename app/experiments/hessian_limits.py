"""What may be asked of a Hessian of which size, and what to ask for instead."""

from __future__ import annotations

from typing import NamedTuple

from app.core.errors import SpecError
from app.experiments.specs import MAX_EIGENVALUES, HessianSpec

EXACT_LIMIT = 500
"""Up to this many parameters the whole spectrum is computed, whatever is asked."""
SPECTRUM_LIMIT = MAX_EIGENVALUES
"""Largest d for which all eigenvalues are computed when they are asked for (seconds)."""
MATRIX_LIMIT = 1_100
"""Largest d for which the matrix is sent."""
LANCZOS_LIMIT = 100
"""Most eigenvalues from one end where they are found by Lanczos."""
STEPS_LIMIT = 1_100
"""Largest d for which the steps of the quadratic are computed: they need the whole spectrum."""
MAX_NUMBERS = 1_000_000
"""Most numbers of the eigenvectors sent."""


class Ask(NamedTuple):
    """How many eigenvalues of each end are shown, and whether the whole spectrum is computed for them."""

    top: int
    bottom: int
    whole: bool


def ask_of(spec: HessianSpec, dim: int) -> Ask:
    """What ``spec`` asks of ``dim`` parameters.

    Raises:
        SpecError: it asks for too much; the message says how much is possible and what to ask for instead.
    """
    if spec.matrix and dim > MATRIX_LIMIT:
        raise SpecError(
            f"a matrix of {dim:,} × {dim:,} must be at most {MATRIX_LIMIT:,} × {MATRIX_LIMIT:,}; {_INSTEAD}", "/matrix"
        )
    _check_steps(spec, dim)
    _check_counts(spec, dim)
    everything = spec.top is None and spec.bottom is None
    top, bottom = (dim, dim) if everything else (spec.top or 0, spec.bottom or 0)
    whole = dim <= EXACT_LIMIT or everything or spec.steps or (dim <= SPECTRUM_LIMIT and 3 * (top + bottom) >= dim)
    if not whole:
        _check_lanczos(top, bottom, dim)
    if spec.vectors and min(top + bottom, dim) * dim > MAX_NUMBERS:
        most = MAX_NUMBERS // dim
        raise SpecError(
            f"{min(top + bottom, dim):,} eigenvectors of {dim:,} components are more than {MAX_NUMBERS:,} numbers; "
            f"ask for at most {most:,} eigenvalues, or leave vectors out",
            "/vectors",
        )
    return Ask(top, bottom, whole)


def needs_vectors(spec: HessianSpec) -> bool:
    """Whether a whole spectrum is computed with its eigenvectors, which takes more than twice as long."""
    return spec.vectors or spec.steps


_INSTEAD = 'ask for some eigenvalues ("top": 10, "bottom": 10) or for the spectral density ("density": true)'


def _check_counts(spec: HessianSpec, dim: int) -> None:
    for end, count in (("top", spec.top), ("bottom", spec.bottom)):
        if count is not None and count > dim:
            raise SpecError(
                f"{count} eigenvalues must be at most {dim}, the number of parameters; ask for fewer", f"/{end}"
            )
    if spec.top is None and spec.bottom is None and dim > SPECTRUM_LIMIT:
        raise SpecError(
            f"all eigenvalues are computed for at most {SPECTRUM_LIMIT:,} parameters, and there are {dim:,}; "
            f'{_INSTEAD}, the latter with "top": 0',
            "/top",
        )


def _check_steps(spec: HessianSpec, dim: int) -> None:
    if spec.steps and dim > STEPS_LIMIT:
        raise SpecError(
            f"steps solve a system of all {dim:,} parameters, and at most {STEPS_LIMIT:,} are possible; use fewer "
            "units, or leave steps out",
            "/steps",
        )
    if spec.plane is not None and not spec.steps:
        raise SpecError('plane says where the steps are shown; add "steps": true, or leave plane out', "/plane")


def _check_lanczos(top: int, bottom: int, dim: int) -> None:
    for end, count in (("top", top), ("bottom", bottom)):
        if count > LANCZOS_LIMIT:
            raise SpecError(
                f"{count} eigenvalues of {dim:,} must be at most {LANCZOS_LIMIT} from one end; ask for fewer, "
                f"for the density, or, up to {SPECTRUM_LIMIT:,} parameters, for all (leave top and bottom out)",
                f"/{end}",
            )
