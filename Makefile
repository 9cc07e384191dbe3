# One word per duty. `make demo` and `make test` work on a fresh checkout.
PYTHON ?= python3
BIN := .venv/bin
APPLIANCE_DATA ?= $(abspath $(wildcard ../shared/data))
export APPLIANCE_DATA
# For the demo what users install is enough: what tunes and tests, some 4 GB, is not fetched for it.
READY := $(or $(wildcard .venv/ready),.venv/demo)

# Two tests at a time: one waits as often as it computes.
TESTS := $(BIN)/python -m pytest -q -n 2 --dist loadgroup --no-loadscope-reorder

# What `make bench` does, and what trains or wants the machine alone, for up to hours.
BENCHES := $(addprefix bench-,reading accuracy intake review row_offers arrivals)
ALONE := $(addprefix bench-,learning tuning nights promise speed free backlog ocr looks cost memory_use starter walks3 station office tables senders fleet)

.PHONY: setup demo test test-all lint types format docs bench $(BENCHES) $(ALONE) bench-stale bench-history fleet-demo campaign peers starter

setup: .venv/ready

.venv/ready: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@

.venv/demo: pyproject.toml
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --upgrade pip
	$(BIN)/python -m pip install --quiet --editable '.[samples]'
	touch $@

demo: $(READY)
	$(BIN)/appliance demo --clerk

# Every real component once, in minutes.
test: setup
	$(TESTS) -m "not slow"

# Also what trains, and the benches in small: what every change has to pass. It tells what took long.
test-all: setup
	$(TESTS) --durations=25

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup
	$(BIN)/mypy

format: setup
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# The pages of the reference that follow from the code.
docs: setup
	$(BIN)/python docs/reference/write.py

bench: $(BENCHES)

$(BENCHES) $(ALONE): bench-%: setup
	$(BIN)/python -m bench.$*

# Figures whose code has changed since they were recorded, the oldest first.
bench-stale: setup
	$(BIN)/python -m bench.house stale

# A history of 100,000 documents and what it costs, calls to a server that fails, erasures, backups
# under load: an hour or more, and the machine alone. Gone on with where it was cut.
bench-history: setup
	$(BIN)/python -m bench.living

# A hub and three sites, as processes with a real server: minutes.
fleet-demo: setup
	$(BIN)/python -m bench.fleet.demo

# Power cuts, faults of the machine, hostile files, liars and attackers: gone on with where it was cut.
campaign: setup
	$(BIN)/python -m bench.campaign

# What the shipped starter was learned from, and its learning: hours, gone on with where it was cut.
starter: setup
	$(BIN)/python -m starter --ship

# What the appliance is timed against, fetched from PyPI and built in .cache/peers.
peers: setup
	$(BIN)/python -m bench.peers
