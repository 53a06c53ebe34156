"""The contracts of inference: densities, the kernels that sample them, and estimates beside the truth."""

# Annotations are no text here: pydantic evaluates those of a base anew for each of its subclasses.
from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Protocol, runtime_checkable

import numpy as np

from app.core.interfaces import Array, Objective
from app.core.spec import CatalogueEntry

Streams = Callable[[int], np.random.Generator]
"""The randomness of each step."""


class Reference(NamedTuple):
    """The answer that estimates stand beside.

    Attributes:
        log_evidence: ln ∫ exp(−value) dθ.
        mean: E[θ], ``(d,)``.
        covariance: Cov[θ], ``(d, d)``.
        how: ``"closed form"``, or the quadrature in words.
        error: estimated absolute error of ``log_evidence``; 0 where it is exact up to rounding.
    """

    log_evidence: float
    mean: Array
    covariance: Array
    how: str
    error: float

    @property
    def variance(self) -> Array:
        """The diagonal of ``covariance``, ``(d,)``."""
        return np.diagonal(self.covariance)


@runtime_checkable
class Target(Objective, Protocol):
    """A density on ℝᵈ known up to its normaliser: ``value`` = −ln p̃(θ), +inf where the density vanishes.

    Attributes:
        box: ``(d, 2)``, the lower and upper end of each coordinate; no more than a thousandth of the mass
            lies outside.
    """

    box: Array

    def reference(self) -> Reference | None:
        """The exact or quadrature answer; None where there is none."""
        ...

    def sample(self, rng: np.random.Generator, count: int) -> Array | None:
        """Independent exact draws ``(count, d)``; None where they cannot be had."""
        ...


class SamplerState(NamedTuple):
    """What a kernel's next step needs; every chain is a row.

    Attributes:
        theta: positions, ``(chains, d)``.
        log_density: ln p̃ there, ``(chains,)``.
        gradient: ∇ ln p̃ there, ``(chains, d)``; empty ``(chains, 0)`` for kernels that use none.
        memory: the kernel's own arrays (step sizes, mass matrices, temperatures, …).
        t: steps taken, warm-up included.
    """

    theta: Array
    log_density: Array
    gradient: Array
    memory: tuple[Array, ...]
    t: int


class SamplerInfo(NamedTuple):
    """What the viewer sees of one step, chain by chain, each ``(chains,)``, at the state the step led to.

    Attributes:
        log_density: ln p̃ after the step.
        accepted: whether the proposal was taken; all True for kernels that cannot refuse.
        acceptance: the probability with which it was to be taken, in [0, 1].
        divergent: the integrator broke down (an energy error beyond reason).
        gradients: evaluations of the density (with its gradient where the kernel needs it) that the step cost.
        energy: H = −ln p̃ + kinetic energy after the step; −ln p̃ alone for kernels without momentum.
    """

    log_density: Array
    accepted: Array
    acceptance: Array
    divergent: Array
    gradients: Array
    energy: Array


class Steps(NamedTuple):
    """Consecutive states of all chains, ``theta`` ``(steps, chains, d)``, and their accounts, ``(steps, chains)``."""

    theta: Array
    info: SamplerInfo


class Trajectory(NamedTuple):
    """A path as it is drawn: ``position`` ``(points, chains, d)`` and energy H ``(points, chains)``."""

    position: Array
    energy: Array


class Sampler(CatalogueEntry):
    """A Markov kernel, all chains at once on the leading axis; its fields are its hyper-parameters.

    Steps are pure; the caller keys ``rng`` by seed and step. Claims on the class, which tests prove:
        leaves_target_invariant: draws from the target stay draws from the target.
        needs_gradient: asks for ∇ ln p̃.
        couples_chains: a chain's step depends on the others.
    """

    leaves_target_invariant: ClassVar[bool] = True
    needs_gradient: ClassVar[bool] = False
    couples_chains: ClassVar[bool] = False

    @property
    def keeps_target(self) -> bool:
        """Whether these very settings leave the target unchanged; the class claims it of all settings, or of none."""
        return self.leaves_target_invariant

    def init(self, target: Target, theta: Array, rng: np.random.Generator) -> SamplerState:
        """State before the first step; ``theta`` is ``(chains, d)`` and is left as it was.

        Raises:
            SpecError: the kernel does not suit the target or the number of chains.
        """
        raise NotImplementedError

    def step(self, target: Target, state: SamplerState, rng: np.random.Generator) -> tuple[SamplerState, SamplerInfo]:
        """One step of every chain."""
        raise NotImplementedError

    def walk(
        self, target: Target, state: SamplerState, streams: Streams, steps: int, of: int = 0, cuts: Sequence[int] = ()
    ) -> tuple[SamplerState, Steps]:
        """So many steps one after another; the first ``of`` steps of a chain tune it.

        Step t draws from ``streams(t)``, t from 1; a kernel may also draw all of them from the first one's, and after
        so many steps as a cut says from the next one's, so that a walk is the walks up to each cut and from there.
        """
        thetas, infos = [], []
        for _ in range(steps):
            t = state.t
            state, info = self.step(target, state, streams(t + 1))
            state = self.adapt(state, info, t, of) if t < of else state
            thetas.append(state.theta.T)
            infos.append(info)
        columns = SamplerInfo(*(np.stack(column) for column in zip(*infos, strict=True)))
        return state, Steps(np.stack(thetas).transpose(0, 2, 1), columns)

    def adapt(self, state: SamplerState, info: SamplerInfo, t: int, of: int) -> SamplerState:
        """After warm-up step ``t`` (from 0) of ``of``: tune what is tuned; never called afterwards.

        At ``t = of − 1`` the tuned values are settled.
        """
        return state

    def apart(self, state: SamplerState, of: int) -> bool:
        """Whether each chain goes on from ``state`` without the others, ``memory`` being the same for all."""
        return not self.couples_chains and not state.memory

    def trajectory(self, target: Target, state: SamplerState, rng: np.random.Generator) -> Trajectory | None:
        """The path that :meth:`step` takes from ``state`` with the same ``rng``; None for kernels that jump."""
        return None

    def gradients_per_step(self, dim: int) -> float:
        """Evaluations of a density of ``dim`` parameters that a step costs each chain, or are to be expected."""
        return 1.0


class Estimate(NamedTuple):
    """A running answer with its standard errors; what a method does not estimate, or cannot judge, is None.

    Attributes:
        log_evidence: ln Z.
        mean, variance: of each coordinate, ``(d,)``.
        log_evidence_error, mean_error, variance_error: standard errors of the three.
        gradients: evaluations of the density so far.
        diagnostics: what else there is to know, by name: numbers, arrays or texts.
    """

    log_evidence: float | None = None
    mean: Array | None = None
    variance: Array | None = None
    log_evidence_error: float | None = None
    mean_error: Array | None = None
    variance_error: Array | None = None
    gradients: int = 0
    diagnostics: Mapping[str, Any] | None = None


class Integrator(CatalogueEntry):
    """A route to ln Z and E[θ] that is no Markov chain on the target: it works off ``steps`` pieces of its own.

    The caller keys ``rng`` by seed and piece; ``State`` is whatever pickles. Claims on the class, which tests prove:
        unbiased_evidence: E[Ẑ] = Z.
        deterministic: draws nothing.
        trustworthy: False for a method that is shown because it fails; its summary says why.
        gaussian: its answer is a Gaussian, of the mean that it states and ``diagnostics["covariance"]``.
    """

    unbiased_evidence: ClassVar[bool] = False
    deterministic: ClassVar[bool] = False
    trustworthy: ClassVar[bool] = True
    gaussian: ClassVar[bool] = False

    def steps(self, target: Target) -> int:
        """Into how many pieces the work is cut."""
        raise NotImplementedError

    def evaluations(self, target: Target) -> float:
        """Evaluations of the density in all, or to be expected: the cost.

        Raises:
            SpecError: the method does not suit the target.
        """
        raise NotImplementedError

    def init(self, target: Target, rng: np.random.Generator) -> Any:
        """The state before the first piece."""
        raise NotImplementedError

    def step(self, target: Target, state: Any, t: int, rng: np.random.Generator) -> tuple[Any, Estimate]:
        """Piece ``t`` (from 0), and the answer so far."""
        raise NotImplementedError

    def draws(self, target: Target, state: Any, rng: np.random.Generator, count: int) -> Array | None:
        """Points ``(count, d)`` distributed as the method's idea of the target; None where it has none."""
        return None
