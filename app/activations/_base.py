"""What an activation is."""

from __future__ import annotations

from typing import ClassVar, NamedTuple

from app.core.calls import Call
from app.core.interfaces import Array
from app.core.spec import CatalogueEntry


class Sigmoidal(NamedTuple):
    """φ(z) = low + height · σ(steepness · z), with σ(z) = 1/(1 + e⁻ᶻ)."""

    low: float
    height: float
    steepness: float


class Activation(CatalogueEntry):
    """A scalar function φ applied to every pre-activation z, with φ′ and φ″.

    Works elementwise on arrays of any shape in float32, float64 and complex128 (real with an infinitesimal imaginary
    part: pieces are chosen by the real part), finite for every |z| ≤ 10⁴. At a kink the derivative is the left one.

    Attributes:
        numpy_source: φ as an expression of NumPy (and ``math``) in ``z``, for exports; ``{name}`` stands for a field.
        torch_source: likewise of PyTorch.

    Claims on the class, which the tests prove:
        kinks: where φ′ or φ″ jumps; differences across a kink are not derivatives.
        linear: φ(z) = z, so that the passes leave out multiplications by φ′ = 1.
        sigmoidal: what φ is of the logistic function; None where it is nothing of it alone.
        pointwise: what is done to a pre-activation does not depend on the example's place among the others.

    Known by measuring:
        seconds: what both passes take for each unit and example besides the products, in double precision on one core.
    """

    numpy_source: ClassVar[str]
    torch_source: ClassVar[str]
    kinks: ClassVar[tuple[float, ...]] = ()
    linear: ClassVar[bool] = False
    sigmoidal: ClassVar[Sigmoidal | None] = None
    pointwise: ClassVar[bool] = True
    seconds: ClassVar[float] = 2e-8

    def source(self, template: str) -> str:
        """One of the sources, with this activation's own numbers written into it."""
        return template.format(**self.model_dump())

    @property
    def slope_bound(self) -> float:
        """sup |φ′|: no layer multiplies a back-propagated error by more (a claim, proved by a test)."""
        raise NotImplementedError

    def value(self, z: Array, out: Array | None = None) -> Array:
        """φ(z); ``out``, which may be ``z`` itself, is a buffer that may receive it. Use what is returned."""
        raise NotImplementedError

    def first(self, z: Array) -> tuple[Array, Array]:
        """(φ, φ′)."""
        raise NotImplementedError

    def calls(self, z: Array, slope: Array) -> list[Call]:
        """What leaves φ in place of a real ``z`` and φ′ in ``slope``, as :meth:`first` gives them, again and again."""

        def fill() -> None:
            z[...], slope[...] = self.first(z)

        return [(fill, ())]

    def second(self, z: Array) -> tuple[Array, Array, Array]:
        """(φ, φ′, φ″)."""
        raise NotImplementedError

    def second_calls(self, z: Array, slope: Array, bend: Array) -> list[Call]:
        """What leaves φ in place of a real ``z``, φ′ in ``slope`` and φ″ in ``bend``, as :meth:`second` gives them."""

        def fill() -> None:
            z[...], slope[...], bend[...] = self.second(z)

        return [(fill, ())]
