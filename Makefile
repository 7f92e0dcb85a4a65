# Everything a newcomer, a developer and CI run. `make help` lists it.
# Needs Python 3.11 or newer, make and a Python package registry; uv, which does the rest, is installed into .tools.
PYTHON ?= python3
UV := .tools/bin/uv
RUN := .venv/bin
SQL := expectations include/wattledger bench
HOME_DIR ?= .wattledger
CUSTOMERS ?= 20000
PORT ?= 8080
MONTH ?= 2026-10
# tests/conftest.py says in which order, and which tests stay together
WORKERS ?= -n 2 --dist loadfile --no-loadscope-reorder

export UV_PYTHON_DOWNLOADS := never
export WATTLEDGER_HOME ?= $(CURDIR)/$(HOME_DIR)

.DEFAULT_GOAL := help
.PHONY: help setup demo audit test test-fast lint types airflow rules commands clean

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | expand -t 12

setup: .venv/ready ## install everything into .venv, as uv.lock has it

.venv/ready: pyproject.toml uv.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Wattledger needs Python 3.11 or newer; set PYTHON=..."; exit 1; }
	@test -x $(UV) || { $(PYTHON) -m venv .tools && .tools/bin/pip install --quiet --disable-pip-version-check 'uv>=0.11,<1'; }
	@# compiled now, or every first import would compile for itself: seconds each, for Airflow and Great Expectations
	@$(UV) sync --quiet --frozen --all-extras --compile-bytecode --python $(PYTHON)
	@touch $@

demo: $(HOME_DIR)/demo/source.yaml ## make the demo utility's extracts (CUSTOMERS=20000 MONTH=2026-10)

$(HOME_DIR)/demo/source.yaml: .venv/ready
	@$(RUN)/wattledger demo --out $(HOME_DIR)/demo --customers $(CUSTOMERS) --month $(MONTH)

audit: demo ## run tonight's audit of the demo utility through the real DAGs; prints where the bulletins are
	@$(RUN)/python scripts/audit_demo.py --source $(HOME_DIR)/demo/source.yaml --period $(MONTH)

airflow: demo ## serve it all under `airflow standalone` at http://127.0.0.1:8080, this machine only (PORT=8080)
	@$(RUN)/python scripts/airflow_standalone.py --source $(HOME_DIR)/demo/source.yaml --home $(HOME_DIR) --port $(PORT)

test: setup ## run every check: lint, types, tests
	@$(MAKE) --no-print-directory lint types
	@$(RUN)/pytest $(WORKERS)

test-fast: setup ## the tests that are not slow, in less than a minute; no lint, no types
	@$(RUN)/pytest $(WORKERS) -q -m "not slow"

lint: setup ## style and formatting (ruff, sqlfluff), who may import whom (import-linter)
	@$(RUN)/ruff check .
	@$(RUN)/ruff format --check .
	@$(RUN)/lint-imports --no-logo
	@$(RUN)/sqlfluff lint --processes 2 $(SQL)

types: setup ## mypy, strict on the package
	@$(RUN)/mypy

rules: setup ## write docs/rules.md from the suites
	@$(RUN)/wattledger rules --format markdown > docs/rules.md

commands: setup ## write docs/commands.md from the lists of contracts/listed
	@$(RUN)/wattledger schema --format markdown > docs/commands.md

clean: ## remove what the commands made: environment, home folder, caches
	rm -rf .venv .tools $(HOME_DIR) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
