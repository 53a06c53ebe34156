"""A catalogue as a union: whatever is loaded late, what it accepts, refuses and tells the schema is pydantic's own."""

from __future__ import annotations

import json
import subprocess
import sys
from enum import Enum
from functools import reduce
from operator import or_
from typing import Annotated, Any

import pytest
from pydantic import BaseModel, BeforeValidator, Field, TypeAdapter, ValidationError

from app.activations._base import Activation
from app.api.catalogue import PACKAGES
from app.core import unions
from app.core.spec import catalogue, entry_of, named
from app.core.unions import one_of
from app.experiments.objectives import AnyObjective
from app.experiments.specs import RunSpec
from app.inference._objectives import ElboSpec, TargetSpec
from app.objectives.network import NetworkSpec
from app.objectives.surface import Surface
from app.optimisers.adam import Adam

EAGER: Any = Annotated[
    reduce(or_, [*catalogue("app.objectives.surfaces", Surface).values(), NetworkSpec, ElboSpec, TargetSpec]),
    Field(discriminator="kind"),
    BeforeValidator(named),
]


class Lazily(BaseModel):
    objective: AnyObjective


class Eagerly(BaseModel):
    objective: EAGER


def refusal(model: type[BaseModel], value: Any) -> list[Any]:
    with pytest.raises(ValidationError) as caught:
        model.model_validate({"objective": value})
    return [{k: v for k, v in e.items() if k not in ("ctx", "url")} for e in caught.value.errors()]


@pytest.mark.parametrize(
    "value",
    [
        "nowhere",
        {},
        {"kind": "nowhere"},
        {"kind": ["network"]},
        {"kind": 3},
        {"kind": "../core/spec"},
        {"kind": "_template"},
        3.5,
        None,
        {"kind": "network", "layers": [{"units": -3, "activation": "tanh"}]},
        {"kind": "network", "layers": [{"units": 3, "activation": "nothing"}], "loss": {"kind": "hinge"}},
        {"kind": "rosenbrock", "colour": "red"},
        {"kind": "target", "target": {"kind": "tempered", "objective": {"kind": "target"}}},
        {"kind": "elbo", "family": {"kind": "mean_field", "width": 3}},
        Adam(),
    ],
)
def test_what_is_refused_is_refused_in_the_words_of_the_whole_union(value: Any) -> None:
    assert refusal(Lazily, value) == refusal(Eagerly, value)


class Raising:
    @property
    def kind(self) -> str:
        raise RuntimeError("nobody asks me")


class Kind(str, Enum):  # noqa: UP042 -- a member of StrEnum formats as its value
    BANANA = "rosenbrock"


def test_odd_bearers_of_a_kind_are_judged_as_the_whole_union_judges_them() -> None:
    raising = Raising()
    assert refusal(Lazily, raising) == refusal(Eagerly, raising)
    found = [model.model_validate({"objective": {"kind": Kind.BANANA}}) for model in (Lazily, Eagerly)]
    assert type(found[0].objective) is type(found[1].objective)


@pytest.mark.parametrize("package", PACKAGES.values())
def test_every_entry_refuses_in_the_words_of_the_whole_union(package: str) -> None:
    entries = catalogue(package)
    if len(entries) < 2:
        return
    whole: Any = Annotated[reduce(or_, entries.values()), Field(discriminator="kind")]
    adapters = [TypeAdapter[Any](one_of(package)), TypeAdapter[Any](whole)]
    for kind, entry in entries.items():
        wrong = [{"kind": kind, name: object()} for name in entry.model_fields if name != "kind"]
        for value in (*wrong, {"kind": kind, "unheard_of": 1}):
            words = []
            for adapter in adapters:
                with pytest.raises(ValidationError) as caught:
                    adapter.validate_python(value)
                words.append([(e["type"], e["loc"], e["msg"]) for e in caught.value.errors()])
            assert words[0] == words[1]


def test_what_is_wrong_is_looked_for_once_however_deep_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    kind_of_value = unions._kind
    monkeypatch.setattr(unions, "_kind", lambda value: seen.append(value) or kind_of_value(value))
    loss = {"kind": "squared_error", "half": "perhaps"}
    tempered = {"kind": "tempered", "objective": {"kind": "network", "loss": loss}}
    (fault,) = refusal(Lazily, {"kind": "target", "target": tempered})
    assert fault["loc"][-1] == "half" and seen.count(loss) == 1


def test_values_that_can_be_gone_through_once_are_refused_too() -> None:
    layers = ({"units": units} for units in (-3, 4))
    (fault, *_) = refusal(Lazily, {"kind": "network", "layers": layers})
    assert fault["loc"][-2:] == (0, "units")


def test_nothing_is_kept_by_a_name_that_somebody_made_up() -> None:
    union = Lazily.model_fields["objective"].metadata[0]
    refusal(Lazily, {"kind": "rosenbrock", "colour": "red"})
    before = set(union._single), entry_of.cache_info().currsize
    for number in range(50):
        refusal(Lazily, {"kind": f"made_up_{number}"})
        refusal(Lazily, {"kind": "network", "loss": {"kind": f"made_up_{number}"}})
    assert (set(union._single) - {"network"}, entry_of.cache_info().currsize) == (before[0] - {"network"}, before[1])


@pytest.mark.parametrize("value", ["rosenbrock", {"kind": "network"}, {"kind": "elbo"}, TargetSpec()])
def test_what_is_accepted_is_what_the_whole_union_accepts(value: Any) -> None:
    lazily, eagerly = (m.model_validate({"objective": value}) for m in (Lazily, Eagerly))
    assert lazily.objective == eagerly.objective
    assert type(lazily.objective) is type(eagerly.objective)
    assert lazily.model_dump_json() == eagerly.model_dump_json()
    assert Lazily.model_validate_json(lazily.model_dump_json()) == lazily
    if isinstance(value, TargetSpec):
        assert lazily.objective is value


def test_the_schema_is_the_one_of_the_whole_union() -> None:
    lazily, eagerly = (m.model_json_schema() for m in (Lazily, Eagerly))
    assert lazily["$defs"] == eagerly["$defs"]
    assert lazily["properties"] == eagerly["properties"]
    kinds = RunSpec.model_json_schema()["properties"]["objective"]["discriminator"]["mapping"]
    assert set(kinds) == {*catalogue("app.objectives.surfaces", Surface), "network", "elbo", "target"}


def test_every_kind_is_found_by_the_name_of_its_module() -> None:
    union = TypeAdapter(one_of("app.activations", Activation))
    for kind, entry in catalogue("app.activations", Activation).items():
        assert type(union.validate_python(kind)) is entry
    for package in PACKAGES.values():
        for kind, entry in catalogue(package).items():
            assert entry.__module__ == f"{package}.{kind}"


def test_describing_a_network_loads_what_it_names() -> None:
    script = """
import json, sys
from app.experiments.jobs import JOBS
spec = {"kind": "network", "layers": [{"units": 8, "activation": "softplus"}], "data": {"kind": "circles"}}
JOBS["landscape"].spec.model_validate({"objective": spec})
print(json.dumps(sorted(sys.modules)))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    loaded = set(json.loads(ran.stdout))
    assert {"app.activations.softplus", "app.datasets.circles"} <= loaded
    assert not loaded & {"app.activations.gelu", "app.datasets.digits", "app.samplers.hmc", "app.inference._objectives"}
    assert not [m for m in loaded if m.startswith("app.objectives.surfaces.")]


def test_a_process_that_workers_are_forked_from_has_every_entry() -> None:
    script = """
import importlib, sys
from app.serving.forking import JOBS, modules_of
for module in modules_of(JOBS):
    importlib.import_module(module)
before = set(sys.modules)
from app.api.catalogue import PACKAGES
from app.core.spec import catalogue
for package in PACKAGES.values():
    catalogue(package)
print(sorted(m for m in set(sys.modules) - before if m.startswith("app.") and not m.startswith("app.api")))
"""
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
