"""scikit-learn's multilayer perceptron."""

from __future__ import annotations

import warnings
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.cases import Answer, Array, Prepared, Problem, Training
from benchmarks.contender import Contender


class ScikitLearn(Contender):
    """``MLPClassifier``, which records the loss alone."""

    title = "scikit-learn (θ and norms not recorded)"
    packages = ("scikit-learn",)

    def training(self, task: Training) -> Prepared:
        """``fit`` from our start. Mini-batches: ours, one behind the other, as one epoch."""
        net, whole = task.problem, task.batches is None
        order = np.arange(len(net.inputs)) if task.batches is None else task.batches.ravel()
        inputs, targets = net.inputs[order], net.targets[order]
        size = len(order) if task.batches is None else task.batches.shape[1]
        model = _model(task, size, task.steps if whole else 1)

        def run() -> Any:
            _reset(model, net)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # that it did not converge is what was asked for
                return model.fit(inputs, targets)

        model.partial_fit(net.inputs[: len(net.inputs)], net.targets, classes=np.unique(net.targets))
        return Prepared(run, lambda found: _answer(found, whole))


def _model(task: Training, size: int, epochs: int) -> Any:
    from sklearn.neural_network import MLPClassifier

    return MLPClassifier(
        task.problem.sizes[1:-1],
        activation="tanh",
        solver={"gradient_descent": "sgd", "adam": "adam"}[task.optimiser],
        alpha=0.0,
        batch_size=size,
        learning_rate_init=task.learning_rate,
        max_iter=epochs,
        shuffle=False,
        tol=0.0,
        warm_start=True,
        momentum=0.0,
        nesterovs_momentum=False,
        n_iter_no_change=10**9,
    )


def _reset(model: Any, net: Problem) -> None:
    """Back to the start: there is no argument for that."""
    model.coefs_, model.intercepts_ = _split(net.theta, net.sizes)
    model.n_iter_, model.t_, model.loss_curve_ = 0, 0, []
    model.best_loss_, model._no_improvement_count = np.inf, 0


def _split(theta: Array, sizes: tuple[int, ...]) -> tuple[list[Array], list[Array]]:
    weights, biases, at = [], [], 0
    for fan_in, fan_out in pairwise(sizes):
        weights.append(np.array(theta[at : at + fan_in * fan_out].reshape(fan_out, fan_in).T, order="C"))
        at += fan_in * fan_out + fan_out
        biases.append(theta[at - fan_out : at].copy())
    return weights, biases


def _answer(model: Any, whole: bool) -> Answer:
    pairs = zip(model.coefs_, model.intercepts_, strict=True)
    final = np.concatenate([np.concatenate([w.T.ravel(), b]) for w, b in pairs])
    return {"final": final} | ({"loss": np.array(model.loss_curve_)} if whole else {})
