# Reins. `make` alone lists what there is.
MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help

BIN := .venv/bin
RUNTIME := .venv/.runtime
DEVELOPMENT := .venv/.development
PIP := $(BIN)/python -m pip install --quiet --quiet --no-input --disable-pip-version-check --require-hashes
JOBS ?= 2
# On SQLite no server beside them has work to do, and some tests wait.
SQLITE_JOBS ?= 3
PYTEST = $(BIN)/python -m pytest $(PYTEST_ARGS)
PARALLEL = -n $(JOBS) --dist worksteal
CATALOGUES = $(patsubst %.po,%.mo,$(wildcard portal/translations/*/LC_MESSAGES/*.po))
CHROMIUM ?= $(shell command -v chromium || command -v chromium-browser || command -v google-chrome)
export REINS_CHROMIUM = $(CHROMIUM)
# Compiled once and read by everything that starts here, which is many processes.
unexport PYTHONDONTWRITEBYTECODE

# The first of these that is new enough makes the environment; PYTHON=… chooses another.
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help
help:  ## list these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

# ------------------------------------------------------------------------------------------ run
.PHONY: demo
demo: $(RUNTIME) $(CATALOGUES)  ## run the demo firm at http://localhost:8000 (PORT=9000 another port, RESET=1 begin anew)
	@$(BIN)/flask --app wsgi demo serve $(if $(PORT),--port $(PORT)) $(if $(RESET),--reset)

# ---------------------------------------------------------------------------------------- check
.PHONY: test second-provider test-sqlite test-postgresql journeys timing lint types format coverage
test: second-provider test-sqlite test-postgresql journeys  ## run all tests: on SQLite, on PostgreSQL, in a browser

test-sqlite: $(DEVELOPMENT) $(CATALOGUES)  ## run the tests on SQLite
	REINS_TEST_DATABASE=sqlite $(PYTEST) -n $(SQLITE_JOBS) --dist worksteal -m "not browser and not postgres and not soak"

test-postgresql: $(DEVELOPMENT) $(CATALOGUES)  ## run those that touch a database on a PostgreSQL of their own
	REINS_TEST_DATABASE=postgresql $(PYTEST) $(PARALLEL) -m "not browser and not pure and not sqlite and not soak"

second-provider: $(DEVELOPMENT)  ## fetch the identity provider of another make that tests of sign-in use (needs npm)
	@if [ ! -d .venv/.second-provider/node_modules/oidc-provider ]; then \
		mkdir -p .venv/.second-provider && cp tests/oidc/second/* tests/oidc/second/.npmrc .venv/.second-provider/ && \
		(cd .venv/.second-provider && npm ci --ignore-scripts --no-audit --no-fund --fetch-retries=1 --fetch-timeout=30000 --silent 2>/dev/null) || \
		echo "The provider of another make is left out: it needs npm and its packages."; fi

journeys: $(DEVELOPMENT) $(CATALOGUES)  ## run the stories that need a browser (Chromium)
ifneq ($(CHROMIUM)$(REINS_CI),)
	REINS_TEST_DATABASE=sqlite $(PYTEST) $(PARALLEL) -m browser tests/journeys
else
	@echo "Journeys left out: no Chromium here (Debian: apt-get install chromium)."
endif

timing: $(DEVELOPMENT) $(CATALOGUES)  ## measure with many samples that nobody can tell by time who is known here (some minutes)
	REINS_TIMING_SAMPLES=2000 REINS_TEST_DATABASE=sqlite $(PYTEST) -s tests/timing

lint: $(DEVELOPMENT)  ## check style, templates, who imports whom, and that vendored files are as pinned
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/djlint --quiet --lint templates
	$(BIN)/lint-imports
	$(BIN)/python -m portal.dev.vendor --check

types: $(DEVELOPMENT)  ## check types
	$(BIN)/mypy

format: $(DEVELOPMENT)  ## put Python files into shape
	$(BIN)/ruff check --fix-only .
	$(BIN)/ruff format .

coverage: $(DEVELOPMENT) $(CATALOGUES)  ## show the lines that no test on SQLite runs
	REINS_TEST_DATABASE=sqlite $(PYTEST) $(PARALLEL) -m "not browser and not postgres" --cov --cov-report=term

.PHONY: soak
soak: $(DEVELOPMENT) $(CATALOGUES)  ## kill and stop processes fifty times over, on both databases (half an hour)
	REINS_SOAK=1 REINS_TEST_DATABASE=sqlite $(PYTEST) -m "not postgres" tests/endurance tests/admin/test_texts.py
	REINS_SOAK=1 REINS_TEST_DATABASE=postgresql $(PYTEST) tests/endurance

# -------------------------------------------------------------------------------------- measure
.PHONY: bench lighthouse screenshots
bench: $(DEVELOPMENT) $(CATALOGUES)  ## measure against docs/performance.md on SQLite and PostgreSQL; BENCH=--million for a million customers
	$(BIN)/python -m bench $(BENCH)

lighthouse: $(DEVELOPMENT) $(CATALOGUES)  ## judge pages by Lighthouse on a throttled phone, median of five (LIGHTHOUSE=… names it)
	$(BIN)/python -m bench.lighthouse

screenshots: $(DEVELOPMENT) $(CATALOGUES)  ## picture every page, two widths, light and dark, into screenshots/ (SHOTS="--only extranet --language pl" some)
	$(BIN)/python -m tests.journeys.screenshots $(SHOTS)

# ----------------------------------------------------------------------------------------- make
PRODUCTION := .venv/.production

.PHONY: install install-production translations vendor lock sbom clean
install: $(RUNTIME) $(CATALOGUES)  ## make .venv and the catalogues, run nothing

install-production: $(PRODUCTION) $(CATALOGUES)  ## make .venv with what a production server adds, and the catalogues
	@$(BIN)/python -m compileall -q portal admin migrations wsgi.py  # its user may not write here

translations: $(RUNTIME)  ## collect new texts into the catalogues of every language
	$(BIN)/python -m portal.dev.catalogues

vendor: $(RUNTIME)  ## copy the pinned front-end files from npm into static/vendor (needs npm)
	$(BIN)/python -m portal.dev.vendor

lock:  ## resolve requirements/*.in anew (needs uv)
	cd requirements && for name in runtime production development; do \
		uv pip compile --quiet --upgrade --generate-hashes --no-emit-index-url --universal --python-version 3.11 \
			--custom-compile-command "make lock" --output-file $$name.txt $$name.in || exit 1; done

sbom: $(RUNTIME)  ## list what this release is made of, in sbom.json (CycloneDX 1.6)
	@$(BIN)/python -m portal.sbom sbom.json

clean:  ## remove .venv and what tools left; instance/ stays
	rm -rf .venv .mypy_cache .pytest_cache .ruff_cache .import_linter_cache .hypothesis .coverage $(CATALOGUES)

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Reins needs Python 3.11 or newer, and $$(python3 --version 2>/dev/null || echo no Python) is here. Install one, or name it: make PYTHON=/path/to/python3.11 …"; exit 1; }
	@$(PYTHON) -m venv --help >/dev/null 2>&1 && $(PYTHON) -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make environments (Debian: apt-get install python3-venv)."; exit 1; }
	@rm -rf .venv && $(PYTHON) -m venv .venv

$(RUNTIME): requirements/runtime.txt | .venv/bin/python
	@echo "Installing what Reins needs into .venv (about a minute, once)…"
	@$(PIP) -r requirements/runtime.txt
	@touch $@

$(PRODUCTION): requirements/production.txt $(RUNTIME)
	@echo "Installing what a production server adds into .venv…"
	@$(PIP) -r requirements/production.txt
	@touch $@

$(DEVELOPMENT): requirements/development.txt $(RUNTIME)
	@echo "Installing what its tests need into .venv (about a minute, once)…"
	@$(PIP) -r requirements/development.txt
	@touch $@

%.mo: %.po | $(RUNTIME)
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@
