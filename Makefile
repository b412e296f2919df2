# The doors of the house. `make run` and `make test` are all a visitor needs.
#
#   make run      make the environment when needed, then serve on http://127.0.0.1:8000
#   make test     everything that CI runs
#   make check    the part of it that needs no tests: format, lint, types, imports, messages
#   make bench    all benches, one JSON line each
#   make fmt      put code into its format
#   make messages collect texts from code and templates into the message catalogues
#   make clean    remove the environment and what tools left behind, never ./data
#
# PYTHON=python3.12 make setup   chooses the Python; a package index is configured outside.

SHELL := /bin/bash
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

VENV := .venv
BIN := $(VENV)/bin
CANDIDATES := python3 python3.13 python3.12 python3.11
WANTED := import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))
CATALOGUES := $(shell find zabota -path '*/LC_MESSAGES/*.po' 2>/dev/null)
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --require-hashes

.PHONY: help setup setup-dev run test check bench fmt messages clean

help:
	@sed -n 's/^#   //p' Makefile

setup: $(VENV)/.messages

setup-dev: $(VENV)/.dev $(VENV)/.messages

run: setup
	@exec $(BIN)/zabota run

test: setup-dev
	@$(BIN)/python -m tools.suite

check: setup-dev
	@$(BIN)/python -m tools.suite --check

bench: setup-dev
	@$(BIN)/python -m bench

fmt: setup-dev
	@$(BIN)/ruff check --quiet --fix-only . ; $(BIN)/ruff format .

messages: setup-dev
	@$(BIN)/python -m tools.messages update

clean:
	rm -rf $(VENV) build test-results .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find zabota tests tools bench -name __pycache__ -prune -exec rm -rf {} +
	find zabota -name '*.mo' -delete

# Stamps: each is newer than what it was made from, so a repeated call does nothing.

$(VENV)/.made:
	@chosen="$(PYTHON)"; \
	if [ -z "$$chosen" ]; then \
	  for candidate in $(CANDIDATES); do \
	    if $$candidate -c '$(WANTED)' 2>/dev/null; then chosen=$$candidate; break; fi; \
	  done; \
	fi; \
	if [ -z "$$chosen" ] || ! $$chosen -c '$(WANTED)' 2>/dev/null; then \
	  echo "Zabota needs Python 3.11 or newer with its venv module (on Debian: apt install python3 python3-venv)." >&2; \
	  echo "$${chosen:-python3} is not that; name another one: PYTHON=/path/to/python3.12 make $(MAKECMDGOALS)" >&2; \
	  exit 1; \
	fi; \
	echo "Making the environment in $(VENV) with $$($$chosen --version)"; \
	$$chosen -m venv $(VENV)
	@touch $@

$(VENV)/.run: $(VENV)/.made requirements/run.lock requirements/build.lock pyproject.toml
	@echo "Installing what Zabota needs"
	@$(PIP) -r requirements/run.lock -r requirements/build.lock
	@$(BIN)/python -m pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.lock
	@echo "Installing what its tests need"
	@$(PIP) -r requirements/dev.lock
	@touch $@

$(VENV)/.messages: $(VENV)/.run $(CATALOGUES)
	@$(BIN)/python -m tools.messages compile
	@touch $@
