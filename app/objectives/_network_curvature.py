"""The R-operator: exact products with the Hessian, by one forward and one backward pass of derivatives.

References: Pearlmutter 1994, Fast exact multiplication by the Hessian, Neural Computation 6(1), sections 3 and 4; for
the Gauss–Newton part Schraudolph 2002, Fast curvature matrix-vector products, Neural Computation 14(7), section 3. R{x}
is the derivative of x along a direction v of parameter space; V_l are the blocks of v.
"""

from __future__ import annotations

from copy import copy
from typing import NamedTuple

import numpy as np

from app.core.interfaces import Array
from app.losses._base import Criterion
from app.objectives._network_architecture import Architecture, Block
from app.objectives._network_passes import descend, descent, gather, product, record, times


class Changes(NamedTuple):
    """R of the forward pass: of each node's input and pre-activation (None stands for 0), and of the outputs."""

    inputs: list[Array | None]
    preactivations: list[Array | None]
    outputs: Array


class Linearisation:
    """A network at one θ (or at a batch of them): the passes are done once and serve any number of directions.

    Args:
        net: the architecture.
        theta: ``(d,)``, or ``(k, d)`` for directions that come one for each.
        inputs: ``(features, n)``.
        targets: as the criterion encodes them.
        criterion: the loss.
        share: the loss is that times the mean, where the examples are a part of more.

    Attributes:
        dtype: of θ and of all that is computed.
        examples: n.
        upstream: β_l = ∂L/∂a_l of each node.
        deltas: δ_l = ∂L/∂z_l of each node.
        curves: β_l · s·φ″(z_l) of each node; None stands for 0.
        straight: the network counts as linear in θ, so that products are with the Gauss–Newton part.
    """

    def __init__(
        self,
        net: Architecture,
        theta: Array,
        inputs: Array,
        targets: Array,
        criterion: Criterion,
        share: float = 1.0,
    ) -> None:
        self.net = net
        self.dtype, self.examples = theta.dtype, inputs.shape[-1]
        self.blocks = net.blocks(theta)
        self.tape = record(net, self.blocks, inputs, bends=True)
        _, upstream, self.loss_product = criterion.second(self.tape.outputs, targets, share)
        _, upstreams, deltas = zip(*descent(net, self.blocks, self.tape, upstream), strict=True)
        self.upstream, self.deltas = upstreams[::-1], deltas[::-1]
        self.curves = [None if k is None else u * k for u, k in zip(self.upstream, self.tape.bends, strict=True)]
        self.straight = False

    def straightened(self) -> Linearisation:
        """The same passes with every term in β and δ left out: JᵀH J v, J of the outputs and H of the loss in them."""
        straight = copy(self)
        straight.straight, straight.curves = True, [None] * len(self.curves)
        return straight

    def hvp(self, v: Array) -> Array:
        """∇²L v of the mean loss (JᵀHJ v where straightened): ``(…, d) -> (…, d)``, one leading axis at most."""
        directions = self.net.blocks(v)
        changes = self.push(self._injected(directions))
        out = np.empty(v.shape, np.result_type(v, self.dtype))
        self._pull(changes, directions, self.net.blocks(out))
        return out

    def _injected(self, directions: list[Block]) -> list[Array | None]:
        """V_l a_{l−1} + v_b of each node: how z changes while what is below stays."""
        injected: list[Array | None] = []
        for node, (V, offset), below in zip(self.net.nodes, directions, self.tape.inputs, strict=False):
            z = product(V, below)
            if offset is not None:
                z += offset[..., None]
            if node.direct:
                z += product(directions[-1][0], self.tape.inputs[0])
            injected.append(z)
        return injected

    def push(self, injected: list[Array | None]) -> Changes:
        """R of the forward pass, from the change that is injected into each node's z."""
        inputs: list[Array | None] = []
        preactivations: list[Array | None] = []
        change: Array | None = None
        for index, fresh in enumerate(injected):
            inputs.append(change)
            if change is not None:
                through = product(self.blocks[index][0], change)
                fresh = through if fresh is None else np.add(through, fresh, out=through)
            preactivations.append(fresh)
            change = self._activation_change(index, fresh, change)
        assert change is not None
        return Changes(inputs, preactivations, change)

    def _activation_change(self, index: int, z: Array | None, below: Array | None) -> Array | None:
        if z is None:
            return None
        change = times(z, self.tape.slopes[index])
        return change + below if self.net.nodes[index].skip and below is not None else change

    def _pull(self, changes: Changes, directions: list[Block], into: list[Block]) -> None:
        """R of the backward pass: R{∂L/∂W_l} = R{δ_l} aᵀ + δ_l R{a}ᵀ."""
        upstream = self.loss_product(changes.outputs)
        for index in reversed(range(len(self.net.nodes))):
            delta = self.delta_change(index, upstream, changes)
            gather(self.net, self.tape, index, delta, into)
            below = changes.inputs[index]
            if below is not None and not self.straight:
                into[index][0][...] += np.matmul(self.deltas[index], below.mT)
            if index:
                upstream = descend(self.net.nodes[index], self.blocks[index][0], delta, upstream)
                if not self.straight:
                    upstream += product(directions[index][0].mT, self.deltas[index])

    def delta_change(self, index: int, upstream: Array, changes: Changes) -> Array:
        """R{δ_l} = R{β_l} s·φ′ + β_l s·φ″ R{z_l}."""
        delta = times(upstream, self.tape.slopes[index])
        curve, z = self.curves[index], changes.preactivations[index]
        return delta if curve is None or z is None else delta + curve * z
