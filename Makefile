# `make` alone lists the tasks. The environment is made once, in .venv, by the first task that needs it.
PYTHON ?= python3
BIN := .venv/bin

.DEFAULT_GOAL := help
.PHONY: help run test quick lint types format docs site bench clean

help: ## list the tasks
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 16

.venv/ready: pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "dlmath needs Python 3.11 or later; set PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	$(BIN)/python -m compileall -q .venv/lib src >/dev/null || true
	@touch .venv/ready

run: .venv/ready ## set up and show the derivative of x**2*sin(x) with its working
	$(BIN)/dlmath derive "x**2*sin(x)" --steps

test: .venv/ready lint types ## set up and run everything that must hold: lint, types, tests, documented examples
	$(BIN)/python -m pytest -n auto

quick: .venv/ready ## the tests that failed last, then the rest, stopping at the first failure
	$(BIN)/python -m pytest -x --failed-first

lint: .venv/ready ## ruff: rules and layout
	$(BIN)/ruff check src tests benchmarks scripts
	$(BIN)/ruff format --check src tests benchmarks scripts

types: .venv/ready ## mypy, strict
	$(BIN)/mypy

format: .venv/ready ## lay out the code and mend what ruff can mend
	$(BIN)/ruff format src tests benchmarks scripts
	$(BIN)/ruff check --fix src tests benchmarks scripts

docs: .venv/ready ## run the examples of README and docs and the screens of tests/golden, and write their output
	$(BIN)/python scripts/update_docs.py

site: .venv/ready ## build the site of the documentation into site/, to be read without a network
	$(BIN)/mkdocs build --strict
	@echo "open site/index.html"

bench: .venv/ready ## the speed claims, as ratios against named peers
	@for file in benchmarks/*.py; do echo "== $$file"; $(BIN)/python $$file; done

clean: ## remove the environment and all that was made
	rm -rf .venv dist site .mypy_cache .ruff_cache .pytest_cache .hypothesis
