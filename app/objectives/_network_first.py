"""The first layer at many mixtures of a few parameter vectors: its pre-activations are linear in them.

On a grid z = z₀ + a·z₁ + b·z₂ is a sum of what a column has and what a row has. So e⁻ᶻ is a product of such, and
σ(z) = e^{b·z₂}/(e^{b·z₂} + e^{−z₀−a·z₁}) takes one addition and one division where the exponentials of columns and rows
are known. Any activation low + height·σ(steepness·z) is that, the rest being the next layer's weights' affair.
"""

from __future__ import annotations

from typing import NamedTuple, Protocol

import numpy as np

from app.core.interfaces import Array
from app.losses._base import Alike, Criterion
from app.objectives._network_architecture import Architecture, Block
from app.objectives._network_examples import Examples, pieces_of
from app.objectives._network_passes import preactivation, product
from app.objectives._network_room import Buffers, Held, evenly, lines, whole_lines

SAFE = 0.9
"""Share of the exponents' range that is used: what is left keeps quotients away from underflow."""


class Part(NamedTuple):
    """Some of the examples, and what is known of them at the m points.

    Attributes:
        number: its own.
        criterion: what their losses are by.
        inputs: as of one mixture.
        targets: encoded.
        used: how many examples those are that count; the others fill the last line of the cache.
        shares: what each counts in the mean over all.
        first: the first layer's pre-activations ``(m, units · n)``.
        reach: the largest of each in size ``(m,)``.
        direct: the direct block's share of the outputs' ``(m, outputs · n)``; None where ``first`` has it, or none has.
    """

    number: int
    criterion: Criterion
    inputs: Held
    targets: Array
    used: int
    shares: Array
    first: Array
    reach: Array
    direct: Array | None


def part_of(net: Architecture, blocks: list[Block], examples: Examples, number: int, some: Alike) -> Part:
    """``some`` of the examples."""
    used = len(some.places)
    full = lines(used, examples.inputs.itemsize) if net.pointwise else used
    seen = examples.take(some.places[np.minimum(np.arange(full), used - 1)])
    first = _rows(preactivation(net.nodes[0], blocks[0], blocks, seen.inputs, seen.inputs))
    direct = _rows(product(blocks[-1][0], seen.inputs)) if net.direct and net.hidden else None
    shares = np.where(np.arange(full) < used, 1 / examples.count, 0).astype(seen.inputs.dtype)
    inputs = Held.without_ones(seen.inputs[None])
    return Part(number, some.criterion, inputs, seen.targets, used, shares, first, np.abs(first).max(axis=1), direct)


def _rows(z: Array) -> Array:
    return z.reshape(len(z), -1)


def in_parts(net: Architecture, criterion: Criterion, targets: Array, most: int, itemsize: int) -> list[Alike]:
    """All examples, ``most`` at once: of one target as many as fill cache lines, where margins serve; then the others.

    They do where outputs are finite if weights are: else a margin of −∞ would hide that an output is not.
    """
    parts, others = list[Alike](), list[Array]()
    for some in criterion.apart(targets) if net.pointwise else []:
        whole = whole_lines(len(some.places), itemsize) if _bounded(net) else 0
        size = lines(evenly(whole, most), itemsize)
        parts += [some._replace(places=places) for places in pieces_of(some.places[:whole], size or 1) if len(places)]
        others.append(some.places[whole:])
    left = np.concatenate(others) if others else np.arange(targets.shape[-1])
    return parts + [Alike(places, criterion) for places in pieces_of(left, most) if len(places)]


def _bounded(net: Architecture) -> bool:
    """Whether what the outputs see is."""
    return bool(net.hidden and net.nodes[-2].activation.sigmoidal) and not (net.nodes[-2].skip or net.direct)


class Filling(Protocol):
    """Writes the first layer's pre-activations, or σ of them, scaled, where ``active``."""

    @property
    def active(self) -> bool:
        """Whether σ is written."""
        ...

    def __call__(self, at: int, out: Array) -> None:
        """At one group of the mixtures, ``(size, units · n)``."""
        ...


class Mixed(NamedTuple):
    """At any mixtures ``(groups, size, m)``: by one product."""

    part: Part
    groups: Array
    active: bool = False

    def __call__(self, at: int, out: Array) -> None:
        np.matmul(self.groups[at], self.part.first, out)


class Separated(NamedTuple):
    """On a grid, whose rows are the groups: by one addition, and one division where ``active``."""

    across: Array
    down: Array
    active: bool

    def __call__(self, at: int, out: Array) -> None:
        down = self.down[at]
        np.add(self.across, down, out)
        if self.active:
            np.divide(down, out, out)


def separated(part: Part, columns: Array, rows: Array, steepness: float | None, buffers: Buffers) -> Separated:
    """By exponentials of columns and rows where the activation has them and none comes close to over- or underflow.

    Args:
        part: of the examples.
        columns: coordinates ``(c,)`` along the second point.
        rows: coordinates ``(r,)`` along the third.
        steepness: of the σ that the activation is; None for others.
        buffers: those of the part's size.
    """
    across = buffers.across[: len(columns)]
    beside, below = np.abs(columns).max() * part.reach[1], np.abs(rows).max() * part.reach[2]
    reach = np.maximum(part.reach[0] + beside, below)  # NaN where either is
    active = steepness is not None and bool(steepness * reach < SAFE * np.log(np.finfo(across.dtype).max))
    power = across.dtype.type(steepness if active else -1)
    np.multiply(-power * columns[:, None], part.first[1], out=across)
    across += -power * part.first[0]
    if active:
        np.exp(across, out=across)

    def fill(down: Array) -> None:
        np.multiply(abs(power) * rows[:, None], part.first[2], out=down)
        if active:
            np.exp(down, out=down)

    return Separated(across, buffers.down.of(len(rows), (part.number, active, power, rows.tobytes()), fill), active)
