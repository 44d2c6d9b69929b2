# `make help` lists what a person can do.
PYTHON ?= python3.11
BIN    := .venv/bin
OUT    ?= out
PIP    := $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help brief test slow lint clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/base: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv || python3 -m venv .venv
	$(PIP) -e .
	@touch $@

.venv/dev: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv || python3 -m venv .venv
	$(PIP) -e '.[transformers,served,encoder,eval,docs,ocr,tables,review,postgres,ray,dev]'
	@touch .venv/base $@

brief: .venv/base  ## translate and brief the report in seeds/, fetching the model once
	$(BIN)/duizhao models fetch
	$(BIN)/duizhao brief seeds/*.txt -o $(OUT)
	@echo "Results: $(OUT)/liaoning-report.html (open in a browser), .md and .json"

test: .venv/dev  ## all tests but the slow ones (about ten minutes)
	$(BIN)/python -m pytest -m "not slow"

slow: .venv/dev  ## the slow tests: kills of batch jobs, LibreOffice, scans
	$(BIN)/python -m pytest -m slow

lint: .venv/dev  ## formatting, lint, types, spelling
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/codespell

clean:  ## remove the environment and what was built
	rm -rf .venv build dist out .pytest_cache .mypy_cache .ruff_cache
