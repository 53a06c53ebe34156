"""The documents tell the truth: examples run, commands exist, links lead somewhere, the reference is current."""

from __future__ import annotations

import argparse
import importlib
import re
import shlex
import subprocess
import sys
from pathlib import Path

import httpx
import numpy as np
import pytest

from app.api.catalogue import PACKAGES
from app.core.spec import catalogue
from app.serving.settings import Settings
from scripts.reference import TARGET, document, variables
from tests.optimisers.objectives import Quadratic

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text()
CONTRIBUTING = (ROOT / "docs/CONTRIBUTING.md").read_text()
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
ADDRESS = "http://localhost:8000"
PACKAGES_AND_LESSONS = {**PACKAGES, "lessons": "app.lessons"}


def examples(text: str, language: str) -> list[str]:
    """The fenced examples in ``language``."""
    return re.findall(rf"^```{language}\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def commands(text: str) -> list[list[str]]:
    """Every shell command of the examples, as words."""
    lines = "".join(examples(text, "sh")).replace("\\\n", " ")
    return [words for words in (shlex.split(line, comments=True) for line in statements(lines)) if words]


def statements(lines: str) -> list[str]:
    """Lines, joined while a quotation is open."""
    found: list[str] = []
    for line in lines.splitlines():
        if found and found[-1].count("'") % 2:
            found[-1] += "\n" + line
        else:
            found.append(line)
    return found


def send(words: list[str], server: str) -> httpx.Response:
    """What a ``curl`` command sends, so that the test needs no curl."""
    parser = argparse.ArgumentParser()
    parser.add_argument("-s", action="store_true")
    parser.add_argument("-H", action="append", default=[])
    parser.add_argument("-d")
    parser.add_argument("url")
    given = parser.parse_args(words[1:])
    headers = dict(header.split(": ", 1) for header in given.H)
    url = given.url.replace(ADDRESS, server)
    return httpx.post(url, content=given.d, headers=headers, timeout=60)


CURLS = [words for words in commands(README) if words[0] == "curl"]


@pytest.mark.parametrize("words", CURLS, ids=[words[-1][:20] for words in CURLS])
def test_a_curl_example_is_answered_with_runs_that_go_down(words: list[str], server: str) -> None:
    runs = send(words, server).raise_for_status().json()["runs"]
    assert all(run["loss"][-1] < run["loss"][0] and run["step"][-1] == 200 for run in runs)


def test_the_readme_has_a_curl_example_and_a_python_example() -> None:
    assert CURLS and examples(README, "python")


@pytest.mark.parametrize("source", examples(README, "python"))
def test_a_python_example_prints_a_loss_that_fell(source: str, server: str) -> None:
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", source.replace(ADDRESS, server)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    start, end = map(float, re.findall(r"\d+\.\d+", done.stdout))
    assert end < start / 2


def test_the_contributors_example_takes_steps_of_the_length_it_says(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "contributed.py").write_text(examples(CONTRIBUTING, "python")[0])
    monkeypatch.syspath_prepend(tmp_path)
    method = importlib.import_module("contributed").NormalisedDescent(learning_rate=0.5)
    rng = np.random.default_rng(0)
    objective = Quadratic(np.diag([1.0, 9.0]), np.zeros(2))
    state = method.init(objective, np.array([[3.0, 4.0], [0.0, 0.0]]), rng)
    following, _ = method.step(objective, state, rng)
    assert np.linalg.norm(following.theta - state.theta, axis=-1) == pytest.approx([0.5, 0.0])


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_make_target_in_the_documents_exists(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    text = path.read_text()
    named = {word for words in commands(text) if "make" in words for word in words[words.index("make") + 1 :]}
    named |= set(re.findall(r"`(?:\w+=\S+ )?make ([a-z-]+)", text))
    assert {word for word in named if "=" not in word} <= targets


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_every_relative_link_leads_to_a_file(path: Path) -> None:
    links = re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text())
    missing = [link for link in links if "://" not in link and not (path.parent / link).exists()]
    assert missing == []


def test_the_readme_lists_the_rooms_that_there_are() -> None:
    rooms = re.findall(r'title: "(\w+)", room:', (ROOT / "static/main.js").read_text())
    assert rooms and re.findall(r"^\| \*\*(\w+)\*\*", README, re.MULTILINE) == rooms


def test_the_reference_is_current() -> None:
    assert TARGET.read_text() == document(), "run make docs"


@pytest.mark.parametrize(("name", "package"), PACKAGES_AND_LESSONS.items())
def test_every_entry_of_a_catalogue_is_in_the_reference(name: str, package: str) -> None:
    text = TARGET.read_text()
    assert [kind for kind in catalogue(package) if f'<a id="{name}-{kind}"></a>' not in text] == []


def test_every_setting_is_in_the_reference() -> None:
    assert [name for name, _, _ in variables()] == [name.upper() for name in Settings.model_fields]
