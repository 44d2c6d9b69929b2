# `make help` lists what a person can do.
PYTHON ?= python3.11
BIN    := .venv/bin
OUT    ?= out
PIP    := $(BIN)/python -m pip install -q --disable-pip-version-check -c constraints.txt

.DEFAULT_GOAL := help
.PHONY: help brief test slow lint docs gate coverage audit benchmarks dist clean

help:  ## list the targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

.venv/base: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv || python3 -m venv .venv
	$(PIP) -e .
	@touch $@

.venv/dev: pyproject.toml constraints.txt
	test -x $(BIN)/python || $(PYTHON) -m venv .venv || python3 -m venv .venv
	$(PIP) -e '.[transformers,served,encoder,eval,docs,ocr,tables,review,postgres,ray,site,peers,dev]'
	@touch .venv/base $@

brief: .venv/base  ## translate and brief the report in seeds/, fetching the model once
	$(BIN)/duizhao models fetch
	$(BIN)/duizhao brief seeds/*.txt -o $(OUT)
	@echo "Results: $(OUT)/liaoning-report.html (open in a browser), .md and .json"

test: .venv/dev  ## all tests but the slow ones (about ten minutes)
	$(BIN)/python -m pytest -m "not slow"

slow: .venv/dev  ## the slow tests: kills of batch jobs, LibreOffice, scans
	$(BIN)/python -m pytest -m slow

lint: .venv/dev  ## formatting, lint, types, spelling, the Containerfile
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/codespell
	$(BIN)/hadolint Containerfile

docs: .venv/dev  ## the pages, in out/site (open out/site/index.html)
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict --quiet

gate: .venv/dev  ## floors of quality; MODEL=1 asks the default model, too
	$(BIN)/python benchmarks/gate.py $(if $(MODEL),--model)

coverage: .venv/dev  ## what the tests reach; fails below the floor in pyproject.toml
	$(BIN)/python -m pytest -m "not slow" --cov --cov-report=term:skip-covered

audit: .venv/dev  ## known weaknesses of installed packages; asks the advisory service
	@$(BIN)/python -m pip_audit --skip-editable --progress-spinner=off --strict || { \
	  echo "make audit: a weakness was found, or the advisory service of the package index could not be asked"; \
	  exit 1; }

benchmarks: .venv/dev  ## ours beside what one would use instead: docs/benchmarks.md
	$(BIN)/python benchmarks/beside.py

dist: .venv/dev  ## wheel and source archive, in dist/
	$(BIN)/python -m build --no-isolation

clean:  ## remove the environment and what was built
	rm -rf .venv build dist out .pytest_cache .mypy_cache .ruff_cache
