"""A network written out as a program: the same steps in NumPy or in PyTorch, readable from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from app.activations._base import Activation
from app.core.interfaces import Array
from app.experiments.export_parts import Parts, Step
from app.losses._base import Criterion


class Dialect(NamedTuple):
    """How a library says things."""

    head: str
    array: str
    forward: str
    argument: str
    owner: str
    activation: Callable[[Activation], str]
    shown: Callable[[Criterion], str]
    foot: str


_ABOUT = (
    '"""A network trained in Thalweg: predict(x) turns rows of {features} features into rows of {outputs} outputs."""'
)

NUMPY = Dialect(
    head="import math  # noqa: F401 - some activations need it\n\nimport numpy as np\n",
    array="{name} = np.array({values})",
    forward='''
def outputs(x):
    """Outputs of the last layer (logits, where predict gives probabilities): (n, features) -> (n, outputs)."""
''',
    argument="np.asarray(x, dtype=float)",
    owner="",
    activation=lambda phi: phi.source(phi.numpy_source),
    shown=lambda criterion: criterion.numpy_source,
    foot='''

def predict(x):
    """What the outputs say: {meaning}."""
    z = outputs(x)
    return {shown}


if __name__ == "__main__":
    import json
    import sys

    print(json.dumps(predict(json.load(sys.stdin)).tolist()))
''',
)

TORCH = Dialect(
    head="import math  # noqa: F401 - some activations need it\n\nimport torch\n",
    array="{name} = torch.tensor({values}, dtype=torch.float64)",
    forward='''
class Network(torch.nn.Module):
    """The same in PyTorch; parameters can be trained on, shifts and scales are fixed."""

    def __init__(self):
        super().__init__()
        for name in PARAMETERS:
            setattr(self, name, torch.nn.Parameter(globals()[name].clone()))

    def forward(self, x):
        """Outputs of the last layer (logits, where predict gives probabilities): (n, features) -> (n, outputs)."""
''',
    argument="torch.as_tensor(x, dtype=torch.float64)",
    owner="self.",
    activation=lambda phi: phi.source(phi.torch_source),
    shown=lambda criterion: criterion.torch_source,
    foot='''

network = Network()


@torch.no_grad()
def predict(x):
    """What the outputs say: {meaning}."""
    z = network(x)
    return {shown}


if __name__ == "__main__":
    import json
    import sys

    print(json.dumps(predict(json.load(sys.stdin)).tolist()))
''',
)


def script(parts: Parts, dialect: Dialect) -> str:
    """The whole program."""
    outputs, features = parts.arrays[parts.steps[-1].weights].shape[0], parts.arrays["W1"].shape[1]
    indent = "        " if dialect.owner else "    "
    lines = [
        _ABOUT.format(features=features, outputs=outputs),
        "",
        dialect.head,
        f"FEATURES = {list(parts.data.feature_names)!r}",
        f"TARGETS = {list(parts.data.target_names)!r}",
        f"PARAMETERS = {[name for name in parts.arrays if not name.startswith(('x_', 'y_'))]!r}",
        "",
        *(dialect.array.format(name=name, values=_values(array)) for name, array in parts.arrays.items()),
        "",
        dialect.forward.rstrip("\n"),
        *(indent + line for line in _steps(parts, dialect)),
        dialect.foot.format(meaning=_meaning(parts), shown=dialect.shown(parts.criterion)),
    ]
    return "\n".join(lines)


def _values(array: Array) -> str:
    """A literal that reads back as the very same numbers, one row a line."""
    if array.ndim == 1:
        return repr(array.tolist())
    return "[\n" + "".join(f"    {row!r},\n" for row in array.tolist()) + "]"


def _meaning(parts: Parts) -> str:
    if parts.criterion.numpy_source != "z":
        return "probabilities of the classes in TARGETS (of the second one alone, where there are two)"
    return "numbers in the units of the data"


def _steps(parts: Parts, dialect: Dialect) -> Iterator[str]:
    yield f"a = {dialect.argument}"
    if "x_shift" in parts.arrays:
        yield "a = (a - x_shift) / x_scale"
    if parts.steps[-1].direct:
        yield "inputs = a"
    for step in parts.steps:
        yield from _layer(step, dialect)
    yield "return a * y_scale + y_shift" if "y_shift" in parts.arrays else "return a"


def _layer(step: Step, dialect: Dialect) -> Iterator[str]:
    own, node = dialect.owner, step.node
    biases = f" + {own}{step.biases}" if step.biases else ""
    direct = f" + inputs @ {own}{step.direct}.T" if step.direct else ""
    yield f"z = a @ {own}{step.weights}.T{biases}{direct}"
    phi = dialect.activation(node.activation)
    yield f"a = a + {node.scale!r} * ({phi})" if node.skip else f"a = {phi}"
