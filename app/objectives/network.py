"""Networks on data: the spec that people send, and the objective it builds."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, Literal, TypeVar

from pydantic import BeforeValidator

from app.activations._base import Activation
from app.activations.identity import Identity
from app.activations.tanh import Tanh
from app.core.errors import SpecError
from app.core.interfaces import Data
from app.core.spec import CatalogueEntry, Real, Spec, Whole, control, kind_of
from app.core.unions import one_of
from app.datasets._base import Dataset
from app.datasets.moons import Moons
from app.initialisers._base import Initialiser
from app.initialisers.glorot_uniform import GlorotUniform
from app.losses._base import Loss
from app.losses.cross_entropy import CrossEntropy
from app.losses.squared_error import SquaredError
from app.objectives._network_architecture import Architecture
from app.objectives._network_descent import Descent
from app.objectives._network_engine import Network
from app.objectives._network_mean import BoundPenalty
from app.objectives._network_noise import Noise
from app.objectives._network_observed import Observed, Sight
from app.objectives._network_survey import Found, Survey
from app.regularisers._base import Regulariser

__all__ = [
    "BoundPenalty",
    "Descent",
    "Found",
    "LayerSpec",
    "Network",
    "NetworkSpec",
    "Noise",
    "Observed",
    "Sight",
    "Survey",
]

if TYPE_CHECKING:
    AnyActivation = Activation
    AnyDataset = Dataset
    AnyLoss = Loss
    AnyRegulariser = Regulariser
    AnyInitialiser = Initialiser
else:
    AnyActivation = one_of("app.activations", Activation)
    AnyDataset = one_of("app.datasets", Dataset)
    AnyLoss = one_of("app.losses", Loss)
    AnyRegulariser = one_of("app.regularisers", Regulariser)
    AnyInitialiser = one_of("app.initialisers", Initialiser)

MAX_LAYERS = 64
MAX_UNITS = 1024
MAX_PARAMETERS = 200_000

Made = TypeVar("Made")


def _at_most(limit: int, what: str, remedy: str) -> BeforeValidator:
    """Refuse a number, or a sequence's length, that is over a limit, with the remedy."""

    def check(value: Any) -> Any:
        size = len(value) if isinstance(value, list | tuple) else value
        if isinstance(size, int | float) and size > limit:
            raise ValueError(f"{size} {what} must be at most {limit}; {remedy}")
        return value

    return BeforeValidator(check)


class LayerSpec(Spec):
    """One hidden layer."""

    units: Annotated[Whole, _at_most(MAX_UNITS, "units", "narrow the layer, or stack several")] = control(
        8, "Units", scale="log", ge=1, le=MAX_UNITS, slider=(1, 64)
    )
    activation: AnyActivation = control(Tanh(), "Activation", description="what each unit does to its weighted sum")


class NetworkSpec(CatalogueEntry):
    """Dense layers on data: f(θ) = mean loss over the training examples + Σ regularisers.

    θ is flat, in the order of PyTorch's ``parameters_to_vector`` over a stack of ``nn.Linear``: layer by layer W
    (fan_out × fan_in, row-major), then b; the weights of ``direct`` come last.
    """

    kind: Literal["network"] = "network"
    layers: Annotated[tuple[LayerSpec, ...], _at_most(MAX_LAYERS, "layers", "take fewer, wider layers")] = control(
        (LayerSpec(),),
        "Hidden layers",
        max_length=MAX_LAYERS,
        description="from the inputs up; empty for a linear model. The output layer follows from data and loss",
    )
    data: AnyDataset = control(Moons(), "Data")
    loss: AnyLoss | None = control(
        None, "Loss", description="null: cross-entropy for classes, squared error for numbers"
    )
    regularisers: tuple[AnyRegulariser, ...] = control((), "Regularisers", max_length=8)
    initialiser: AnyInitialiser = control(GlorotUniform(), "Initialiser", description="of runs that name no start")
    output_activation: AnyActivation = control(
        Identity(), "Output activation", description="with squared error; cross-entropy reads logits, so identity"
    )
    biases: bool = control(True, "Biases", description="every layer but direct has them")
    residual: bool = control(
        False, "Skip connections", description="hidden layers as wide as what is below them add it to their output"
    )
    residual_scale: Real = control(
        1.0,
        "Skip scale",
        symbol="s",
        ge=-100,
        le=100,
        slider=(0, 2),
        description="s of a + s·φ(z), with skip connections",
    )
    direct: bool = control(False, "Direct connections", description="the output layer also sees the inputs themselves")

    title = "Network"
    summary = "A stack of dense layers on data: the loss over all its weights is the landscape."
    reference = "Rumelhart, Hinton & Williams 1986, Learning representations by back-propagating errors, Nature 323"
    formula = (
        r"f(\theta) = \frac{1}{n} \sum_{i=1}^{n} \ell\!\left(a_L(x_i), y_i\right) + \Omega(\theta), \quad "
        r"a_l = \varphi_l(W_l a_{l-1} + b_l)"
    )

    def build(self) -> Network:
        """The objective, on the training examples of ``data``.

        Raises:
            SpecError: the parts do not fit together, or there are over ``MAX_PARAMETERS`` parameters.
        """
        data = _under("/data", self.data.load)
        loss = self.loss or _usual_loss(data)
        criterion = _under("/loss", lambda: loss.criterion(data))
        self._check_output(loss)
        architecture = self._architecture(data.inputs.shape[1], criterion.outputs)
        self._check_residual(architecture)
        _check_size(architecture)
        return Network.on(architecture, data, loss, self.regularisers)

    def completed(self) -> NetworkSpec:
        """The same network with its loss written out."""
        return self if self.loss else self.model_copy(update={"loss": _usual_loss(self.data.load())})

    def _architecture(self, inputs: int, outputs: int) -> Architecture:
        return Architecture(
            inputs=inputs,
            hidden=tuple((layer.units, layer.activation) for layer in self.layers),
            outputs=outputs,
            output_activation=self.output_activation,
            biases=self.biases,
            residual=self.residual_scale if self.residual else None,
            direct=self.direct,
        )

    def _check_output(self, loss: Loss) -> None:
        if isinstance(loss, CrossEntropy) and not self.output_activation.linear:
            raise SpecError(
                f"output activation {kind_of(type(self.output_activation))} must be identity "
                "with cross_entropy, which reads logits; leave it out, or choose squared_error",
                "/output_activation",
            )

    def _check_residual(self, architecture: Architecture) -> None:
        if self.residual and not any(node.skip for node in architecture.nodes):
            raise SpecError(
                f"no hidden layer is as wide as what is below it (widths {list(architecture.widths[:-1])}), so nothing "
                "can be skipped; give two layers in a row the same units, or leave residual out",
                "/residual",
            )


def _under(pointer: str, make: Callable[[], Made]) -> Made:
    try:
        return make()
    except SpecError as error:
        raise error.under(pointer) from error


def _usual_loss(data: Data) -> Loss:
    return CrossEntropy() if data.task == "classification" else SquaredError()


def _check_size(architecture: Architecture) -> None:
    if architecture.dim > MAX_PARAMETERS:
        raise SpecError(
            f"{architecture.dim} parameters must be at most {MAX_PARAMETERS}; take fewer or narrower layers", "/layers"
        )
