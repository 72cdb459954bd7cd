# `make run` and `make test` need Python 3.11-3.13 and make, nothing else: they set up $(VENV) and install what they use.
#   make run ARGS="--runs 50"    make test ARGS="-k clearing"    make test PYTHON=/path/to/python3.13 VENV=.venvs/3.13
VENV    ?= .venv
WORKERS ?= 2
ARGS    ?=

# An interpreter counts if it starts (some shims do not), has a supported version and can make a virtual environment.
CANDIDATES = python3.13 python3.12 python3.11 python3
USABLE = import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 14))
find_python = $(shell for p in $(CANDIDATES); do if "$$p" -c "$(USABLE)" >/dev/null 2>&1; then echo "$$p"; break; fi; done)
PYTHON ?= $(find_python)

BIN = $(VENV)/bin
PIP_INSTALL = $(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt

.PHONY: help run test test-slow lint notebooks clean
.DELETE_ON_ERROR:

help:
	@echo "make run | test | test-slow | lint | notebooks | clean"

run: $(VENV)/.installed
	$(BIN)/mineralclub run $(ARGS)

test: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -n $(WORKERS) --benchmark-disable $(ARGS)

test-slow: $(VENV)/.installed-dev
	$(BIN)/python -m pytest -m slow $(ARGS)

lint: $(VENV)/.installed-dev
	$(BIN)/python -m ruff check .
	$(BIN)/python -m mypy

# Executes the notebooks in place at the size they are read at; ARGS="3_gallium" makes one.
notebooks: $(VENV)/.installed-dev
	$(BIN)/python -m analysis.notebooks $(ARGS)

clean:
	rm -rf .venv .venvs build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .benchmarks .hypothesis

$(VENV)/.created:
	@python="$(PYTHON)"; \
	if [ -z "$$python" ]; then \
	  echo "No usable Python found: 3.11, 3.12 or 3.13 with its venv module is needed (tried: $(CANDIDATES))." >&2; \
	  echo "Install one, or name it: make $(MAKECMDGOALS) PYTHON=/path/to/python3.12" >&2; exit 2; \
	fi; \
	if ! "$$python" -c "$(USABLE)"; then \
	  echo "PYTHON=$$python is not usable: 3.11, 3.12 or 3.13 with its venv module is needed." >&2; exit 2; \
	fi; \
	echo "Making $(VENV) with $$("$$python" -c 'import platform, sys; print(sys.executable, platform.python_version())')"; \
	rm -rf "$(VENV)" && "$$python" -m venv "$(VENV)"
	@touch $@

$(VENV)/.installed: $(VENV)/.created pyproject.toml constraints.txt
	@echo "Installing mineralclub into $(VENV) (a minute or two the first time)"
	@$(PIP_INSTALL) -e .
	@touch $@

$(VENV)/.installed-dev: $(VENV)/.created pyproject.toml constraints.txt
	@echo "Installing mineralclub and its test tools into $(VENV) (a minute or two the first time)"
	@$(PIP_INSTALL) -e '.[dev,server]'
	@touch $(VENV)/.installed $@
