# One word per duty. `make demo` and `make test` work on a fresh checkout.
PYTHON ?= python3
BIN := .venv/bin
APPLIANCE_DATA ?= $(abspath $(wildcard ../shared/data))
export APPLIANCE_DATA

.PHONY: setup demo test lint types format bench bench-reading bench-accuracy bench-intake bench-review
.PHONY: bench-learning bench-tuning bench-nights bench-promise bench-speed bench-ocr bench-starter peers starter
.PHONY: bench-backlog bench-memory_use

setup: .venv/ready

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

demo: setup
	$(BIN)/appliance demo

test: setup
	$(BIN)/python -m pytest -q

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: bench-reading bench-accuracy bench-intake bench-review

bench-reading bench-accuracy bench-intake bench-review: bench-%: setup
	$(BIN)/python -m bench.$*

# These train, for up to hours, and want the machine alone: they are no part of `make bench`.
bench-learning bench-tuning bench-nights bench-promise bench-speed bench-ocr bench-starter bench-backlog bench-memory_use: bench-%: setup
	$(BIN)/python -m bench.$*

# What the shipped starter was learned from, and its learning: hours, gone on with where it was cut.
starter: setup
	$(BIN)/python -m starter --ship

# What the appliance is timed against, fetched from PyPI and built in .cache/peers.
peers: setup
	$(BIN)/python -m bench.peers
