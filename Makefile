# Two commands set everything up: `make demo` and `make test`. `make help` lists the rest.
# A stamp in the virtual environment keeps a target from installing again when nothing changed.

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV ?= .venv
BIN := $(VENV)/bin
OUT := demo-out
PYTEST_ARGS ?=

PIP_INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt
RUN_STAMP := $(VENV)/.installed-run
TEST_STAMP := $(VENV)/.installed-test

.DEFAULT_GOAL := help
.PHONY: help demo test lint format wheel clean

help:  ## list the targets
	@sed -n 's/^\([a-z]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 10

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "no python3.11 or python3 on the PATH; name one: make $(MAKECMDGOALS) PYTHON=..." >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "$(PYTHON) is older than Python 3.11; name another: make $(MAKECMDGOALS) PYTHON=..." >&2; exit 2; }
	$(PYTHON) -m venv $(VENV)

$(RUN_STAMP): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP_INSTALL) -e .
	@touch $@

$(TEST_STAMP): pyproject.toml constraints.txt | $(BIN)/python
	$(PIP_INSTALL) -e '.[test]'
	@touch $(RUN_STAMP) $@

demo: $(RUN_STAMP)  ## virtual environment, dependencies, then the main job on the bundled sample notes
	rm -rf $(OUT)
	$(BIN)/clinsift demo $(OUT)

test: $(TEST_STAMP)  ## the same environment with the test extras, then the whole test suite
	$(BIN)/python -m pytest $(PYTEST_ARGS)

lint: $(TEST_STAMP)  ## formatting, lint rules, types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

format: $(TEST_STAMP)  ## reformat the sources
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

wheel: $(TEST_STAMP)  ## build dist/clinsift-*.whl
	$(BIN)/python -m build --wheel

clean:  ## remove what the targets made, the virtual environment included
	rm -rf $(VENV) $(OUT) build dist ./*.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis
