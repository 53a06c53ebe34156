"""The contracts: objectives, optimisers, and what passes between them.

``Array`` is a NumPy array whose last axis is parameters (length ``d``); every leading axis is batch.
float64 in, float64 out (float32 likewise, where a claim says so); complex128 in, complex128 out (the complex-step
oracle goes through the same code).
"""

# Annotations are no text here: pydantic evaluates those of a base anew for each of its subclasses.
from collections.abc import Callable
from typing import Any, ClassVar, Literal, NamedTuple, Protocol, runtime_checkable

import numpy as np

from app.core.spec import CatalogueEntry

Array = np.ndarray[Any, np.dtype[Any]]


@runtime_checkable
class Objective(Protocol):
    """A scalar function of a vector.

    Attributes:
        dim: number of parameters, ``d``.
    """

    dim: int

    def value(self, theta: Array) -> Array:
        """f(θ): ``(..., d) -> (...)``."""
        ...

    def value_and_gradient(self, theta: Array) -> tuple[Array, Array]:
        """(f, ∇f): ``(..., d) -> ((...), (..., d))``."""
        ...

    def hvp(self, theta: Array, v: Array) -> Array:
        """∇²f(θ)·v, exact; the leading axes of ``theta`` and ``v`` broadcast."""
        ...

    def hessian(self, theta: Array) -> Array:
        """∇²f(θ), symmetric: ``(..., d) -> (..., d, d)``."""
        ...

    def parameter_names(self, most: int) -> tuple[str, ...]:
        """Names of the first ``most`` parameters, e.g. ``x`` or ``hidden 1 W[2,0]``."""
        ...


@runtime_checkable
class CompositeObjective(Objective, Protocol):
    """A convex loss ℓ of a model's outputs, plus penalties: f(θ) = ℓ(model(θ)) + Ω(θ).

    Its Hessian splits in two: the Gauss–Newton part G = Jᵀ∇²ℓJ + ∇²Ω, with J the Jacobian of the outputs, and what the
    model's own second derivatives add.
    """

    def gauss_newton(self, theta: Array) -> Array:
        """G, symmetric, positive semi-definite where Ω is convex: ``(..., d) -> (..., d, d)``."""
        ...

    def ggn_at(self, theta: Array) -> Callable[[Array], Array]:
        """v ↦ Gv at one ``theta`` ``(d,)``, for v ``(..., d)``."""
        ...


class Layer(NamedTuple):
    """One dense layer's place in the flat vector: W row-major ``fan_out × fan_in``, then b."""

    name: str
    start: int
    stop: int
    fan_in: int
    fan_out: int
    biases: bool


class Scaling(NamedTuple):
    """What was done to columns: (x − shift)/scale, ``(columns,)`` each."""

    shift: Array
    scale: Array


class Data(NamedTuple):
    """Examples of a task, as arrays.

    Attributes:
        inputs: ``(n, features)`` float64.
        targets: ``(n, outputs)`` float64 for regression; ``(n,)`` int64 class indices for classification.
        test_inputs, test_targets: the held-out split, likewise (zero rows where there is none).
        task: ``"regression"`` or ``"classification"``.
        classes: number of classes (0 for regression).
        feature_names, target_names: labels for the page.
        input_scaling, target_scaling: how the numbers were made from people's own; None where they are those.
    """

    inputs: Array
    targets: Array
    test_inputs: Array
    test_targets: Array
    task: str
    classes: int
    feature_names: tuple[str, ...]
    target_names: tuple[str, ...]
    input_scaling: Scaling | None = None
    target_scaling: Scaling | None = None


@runtime_checkable
class LayeredObjective(CompositeObjective, Protocol):
    """A network on data: an objective whose parameters lie in layers and whose value is a mean over examples."""

    layers: tuple[Layer, ...]
    examples: int
    data: Data
    sweep_seconds: float
    """What both passes take for an example besides products with weights, in double precision on one core."""

    def initial(self, initialiser: Any, rng: np.random.Generator) -> Array:
        """θ₀ ``(d,)`` drawn by an initialiser of the catalogue."""
        ...

    def trace(self, theta: Array, indices: Array) -> list[dict[str, Any]]:
        """The forward and backward pass at ``theta`` ``(d,)`` on some examples, layer by layer.

        One dict a layer: ``name``, ``skip``, ``scale``, ``weights`` (fan_out, fan_in), ``biases`` (fan_out,) or None,
        ``direct`` (fan_out, features) or None, ``inputs`` (m, fan_in), ``preactivations`` z, ``slope`` ∂a/∂z,
        ``outputs`` a, ``upstream`` ∂L/∂a and ``delta`` ∂L/∂z, each (m, fan_out), of the mean loss over *all* training
        examples: ∂L/∂W is Σ delta ⊗ inputs over them, plus regularisers.
        """
        ...

    def subset(self, indices: Array) -> "LayeredObjective":
        """The same network on some of the examples (a mini-batch); regularisers are kept whole."""
        ...

    def hvp_at(self, theta: Array) -> Callable[[Array], Array]:
        """v ↦ ∇²f(θ)·v at one ``theta`` ``(d,)``, its forward and backward pass done once."""
        ...

    def hessian_diagonal(self, theta: Array) -> Array:
        """The diagonal of ∇²f(θ), exact, without the matrix: ``(d,) -> (d,)``."""
        ...

    def value_on_slice(self, origin: Array, directions: Array, coordinates: Array) -> Array:
        """f(origin + Σₖ cₖ directionsₖ): ``(d,), (m, d), (..., m) -> (...)``, in their precision."""
        ...

    def value_on_grid(self, origin: Array, directions: Array, columns: Array, rows: Array) -> Array:
        """The same for all coordinates ``columns`` and ``rows`` along two directions: ``(rows, columns)``."""
        ...

    def layer_norms(self, theta: Array) -> tuple[Array, Array, Array, Array]:
        """(value, gradient, gradient_norm, delta_norm): ``(...), (..., d), (..., layers), (..., layers)``.

        ``gradient_norm[k]`` is ‖∂L/∂(W_k, b_k)‖₂ of the whole objective; ``delta_norm[k]`` is ‖∂L/∂z_k‖_F over
        examples × units, where L is the mean loss without regularisers and z_k the pre-activation.
        """
        ...


class State(NamedTuple):
    """What an optimiser's next step needs.

    Attributes:
        theta: parameters, ``(..., d)``.
        memory: the optimiser's own arrays (velocity, second moments, …); their leading axes are those of ``theta``.
        t: number of steps taken.
    """

    theta: Array
    memory: tuple[Array, ...]
    t: int


class Info(NamedTuple):
    """What the viewer sees of one step, taken at the parameters *before* it.

    Attributes:
        value: loss of the objective that was stepped on (the mini-batch's where there is one), ``(...)``.
        gradient: its gradient, ``(..., d)``.
        learning_rate: η of this step after the schedule.
    """

    value: Array
    gradient: Array
    learning_rate: float


class Optimiser(CatalogueEntry):
    """A pure step on an objective; its fields are its hyper-parameters.

    Claims on the class, which the conformance suite proves:
        keeps_minimum: at a stationary point with an empty memory the step leaves θ where it is.
        needs_model: works on the loss of a model's outputs only (a network), not on a bare surface.
        stochastic: draws from ``rng`` (then the caller must key it by seed and step).
        learning_rate_unit: what η measures. Of c·f(θ/s) the method takes s times the path that it takes of f, with
            ηs²/c for ``"inverse_curvature"``, with ηs for ``"length"``, with η itself for ``"number"``; ``"none"``
            where nothing of the kind is claimed.
        coordinatewise: each parameter moves by its own gradients alone; a NaN in one leaves the others finite.
        searches: asks for gradients along its direction too, not only for the one at ``state.theta``.
        single: keeps to float32 where θ and the objective are in it.
        coasts: goes on at a learning rate of zero, by a momentum that is no field of its own.
        one_step: at learning rate 1 and zero damping, one step leads to the minimum of any convex quadratic.
    """

    learning_rate_unit: ClassVar[Literal["inverse_curvature", "length", "number", "none"]] = "none"
    needs_model: ClassVar[bool] = False
    keeps_minimum: ClassVar[bool] = True
    stochastic: ClassVar[bool] = False
    coordinatewise: ClassVar[bool] = True
    searches: ClassVar[bool] = False
    single: ClassVar[bool] = False
    coasts: ClassVar[bool] = False
    one_step: ClassVar[bool] = False

    def init(self, objective: Objective, theta: Array, rng: np.random.Generator) -> State:
        """State before the first step; ``theta`` is ``(..., d)``, in float64 unless it is in float32."""
        raise NotImplementedError

    def step(self, objective: Objective, state: State, rng: np.random.Generator) -> tuple[State, Info]:
        """One step; the argument is left as it was."""
        raise NotImplementedError

    def examples_per_step(self) -> int | None:
        """Mini-batch size this optimiser asks for itself; None leaves it to the run."""
        return None

    def step_flops(self, objective: Objective) -> float:
        """Floating-point operations of a step besides one value and gradient, to the order of magnitude."""
        return 0.0

    def stability_threshold(self) -> float | None:
        """The curvature above which a quadratic of that curvature diverges (2/η and its kin); None if unknown."""
        return None

    def preconditioner(self, state: State) -> Array | None:
        """The positive diagonal P, shaped like θ, that divided the step which led to ``state``; None without one."""
        return None

    def threshold_at(self, learning_rate: float) -> float | None:
        """The curvature above which steps with this η, kept as it is, are unstable on a quadratic; None if unknown.

        It is that of P⁻¹∇²f where there is a :meth:`preconditioner` (held fixed), else of ∇²f; none at η = 0.
        """
        return None
