"""The compose files describe what the image and the server know, and nothing that they do not."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from distributed.cli import dask_scheduler, dask_worker

from app.serving.settings import Settings

ROOT = Path(__file__).resolve().parent.parent
FILES = {name: yaml.safe_load((ROOT / name).read_text()) for name in ("compose.yaml", "compose.cluster.yaml")}
SERVICES = {f"{file}:{name}": service for file, what in FILES.items() for name, service in what["services"].items()}
SERVERS = {name: service for name, service in SERVICES.items() if name.endswith(":thalweg")}
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COMMANDS = {"scheduler": dask_scheduler.main, "worker": dask_worker.main}
KEYS = frozenset(
    [
        "build",
        "cap_drop",
        "command",
        "cpus",
        "depends_on",
        "deploy",
        "environment",
        "healthcheck",
        "image",
        "init",
        "mem_limit",
        "networks",
        "pids_limit",
        "ports",
        "read_only",
        "restart",
        "security_opt",
        "tmpfs",
    ]
)
"""Of the compose specification's attributes of a service, those that are used."""

every_service = pytest.mark.parametrize("service", SERVICES.values(), ids=SERVICES)
every_server = pytest.mark.parametrize("service", SERVERS.values(), ids=SERVERS)


def defaults(value: Any) -> str:
    """``${NAME:-default}`` where NAME is not set."""
    return re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", str(value))


def size(text: str) -> int:
    """Bytes of ``64m`` or ``4g``."""
    return int(text[:-1]) << {"m": 20, "g": 30}[text[-1]]


def tmpfs(service: dict[str, Any]) -> dict[str, int]:
    """Bytes of each folder that can be written."""
    mounts = (re.fullmatch(r"([^:]+):.*size=(\w+).*", mount) for mount in service["tmpfs"])
    return {mount[1]: size(mount[2]) for mount in mounts if mount}


def settings(service: dict[str, Any]) -> Settings:
    """What the server makes of its environment."""
    return Settings.from_environment({name: defaults(value) for name, value in service["environment"].items()})


@every_service
def test_a_service_has_no_misspelt_key(service: dict[str, Any]) -> None:
    assert set(service) <= KEYS


@every_service
def test_a_container_can_write_nowhere_gain_nothing_and_take_no_more_than_its_share(service: dict[str, Any]) -> None:
    assert service["read_only"] is True and service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert size(service["mem_limit"]) and service["pids_limit"] and tmpfs(service)["/tmp"]
    assert re.search(r"^USER [1-9]\d*$", DOCKERFILE, re.MULTILINE)


@every_server
def test_a_server_understands_every_variable_that_it_is_given(service: dict[str, Any]) -> None:
    assert {name.lower() for name in service["environment"]} <= set(Settings.model_fields)
    assert settings(service)


@every_server
def test_a_server_is_reached_through_this_machine_only_and_where_it_listens(service: dict[str, Any]) -> None:
    (published,) = service["ports"]
    address, _, inside = defaults(published).rpartition(":")
    assert address.startswith("127.0.0.1:") and f"PORT={inside}" in DOCKERFILE


def test_the_demo_bounds_what_anybody_may_ask_for_and_its_machine_can_hold_it() -> None:
    service = SERVERS["compose.yaml:thalweg"]
    given, normal = settings(service), Settings()
    assert given.client_seconds > 0 and given.max_cost_seconds < normal.max_cost_seconds
    assert given.max_body < normal.max_body and given.max_cost_bytes < given.worker_bytes < size(service["mem_limit"])
    assert given.cache_dir_bytes < tmpfs(service)[given.cache_dir]


@pytest.mark.parametrize("name", COMMANDS)
def test_the_cluster_is_started_with_options_that_dask_knows(name: str) -> None:
    _, role, *arguments = SERVICES[f"compose.cluster.yaml:{name}"]["command"]
    assert role == name and COMMANDS[name].make_context(role, list(arguments)).params["dashboard"] is False


def test_the_cluster_is_one_address_on_a_network_without_a_way_out() -> None:
    """Whoever reaches a scheduler may run anything."""
    services, networks = FILES["compose.cluster.yaml"]["services"], FILES["compose.cluster.yaml"]["networks"]
    inside = {name for name, network in networks.items() if network.get("internal")}
    assert all("ports" not in services[name] and set(services[name]["networks"]) <= inside for name in COMMANDS)
    address = settings(services["thalweg"]).dask_scheduler
    assert address in services["worker"]["command"] and inside <= set(services["thalweg"]["networks"])
    assert re.fullmatch(r"tcp://scheduler:(\d+)", address)[1] in services["scheduler"]["command"]  # type: ignore[index]
    assert settings(services["thalweg"]).executor == "dask"


def test_the_cluster_s_image_is_built_from_a_lock_that_is_there() -> None:
    lock = SERVICES["compose.cluster.yaml:worker"]["build"]["args"]["LOCK"]
    assert "ARG LOCK=" in DOCKERFILE and (ROOT / f"requirements/{lock}.lock").exists()
    assert f"!requirements/{lock}.lock" in (ROOT / ".dockerignore").read_text().splitlines()


@pytest.mark.parametrize("file", FILES)
def test_what_a_service_names_is_there(file: str) -> None:
    services, networks = FILES[file]["services"], FILES[file].get("networks", {})
    named = {other for service in services.values() for other in service.get("depends_on", ())}
    joined = {network for service in services.values() for network in service.get("networks", ())}
    assert named <= set(services) and joined == set(networks)
