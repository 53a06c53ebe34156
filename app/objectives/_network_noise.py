"""Noise that a network is trained with: the same network, disturbed anew at every step."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from app.activations._dropped import Dropped
from app.core.interfaces import Array
from app.core.spec import Real, Spec, control
from app.objectives._network_architecture import Architecture
from app.objectives._network_descent import Descents
from app.objectives._network_examples import Examples
from app.objectives._network_hessian import Hessians
from app.objectives._network_mean import MeanLoss

_DOMAIN = 0x4015E


class Noise(Spec):
    """Implicit regularisers: what a step sees is disturbed, what is recorded is not.

    On a linear model with squared error the expected loss under ``inputs`` is the loss plus σ²‖w‖² (Bishop 1995,
    Training with noise is equivalent to Tikhonov regularization, Neural Computation 7(1)).
    """

    dropout: Real = control(
        0.0, "Dropout", symbol="p", ge=0, le=0.95, description="share of hidden (unit, example) pairs left out a step"
    )
    inputs: Real = control(
        0.0,
        "Noise on inputs",
        symbol="σ",
        ge=0,
        le=100,
        slider=(0, 1),
        description="standard deviation, each step anew",
    )

    def on(self, mean: MeanLoss, seed: int, step: int) -> MeanLoss:
        """The mean loss of one step, which depends on (seed, step) alone."""
        net, examples = self._dropped(mean.net, seed, step), mean.examples
        if self.inputs:
            examples = Examples(examples.inputs + self._drawn(examples.inputs.shape, seed, step), examples.targets)
        if net is mean.net:
            return mean._replace(examples=examples)
        return MeanLoss(net, mean.criterion, examples, Descents(net, mean.criterion), Hessians(net, mean.criterion))

    def _dropped(self, net: Architecture, seed: int, step: int) -> Architecture:
        if not self.dropout:
            return net
        hidden = tuple(
            (units, Dropped(inner=inner, rate=self.dropout, seed=seed, step=step, layer=layer))
            for layer, (units, inner) in enumerate(net.hidden)
        )
        return replace(net, hidden=hidden)

    def _drawn(self, shape: tuple[int, ...], seed: int, step: int) -> Array:
        rng = np.random.Generator(np.random.Philox(key=[seed, _DOMAIN], counter=[0, 0, 0, step]))
        return self.inputs * rng.standard_normal(shape)
