# `make serve` is all a fresh machine needs; `make help` lists the rest.
# Paths are relative, so that the checkout may lie in a folder with blanks in its name.

PYTHON := .venv/bin/python
# An office's network may be signed by its own authority, which only the system knows.
export UV_SYSTEM_CERTS ?= $(if $(wildcard /etc/ssl/certs/ca-certificates.crt /etc/pki/tls/certs/ca-bundle.crt),true,false)
UV := PATH=".tools/bin:$$PATH" uv
DIST := genjin/web/shell/static/dist/main.js
# The stylesheet keeps only what a page uses, so that pages are sources of the front end, too.
FRONTEND := $(shell find frontend -name node_modules -prune -o -type f -print 2>/dev/null) \
	$(shell find genjin/web -name dist -prune -o \( -name '*.html' -o -name '*.py' \) -print)
CATALOGUES := $(wildcard genjin/locale/*/LC_MESSAGES/django.po)
BUILT_FRONTEND := $(if $(wildcard frontend/package.json),$(DIST))

.PHONY: help setup serve demo test check check-pg15 bench messages lock format clean
.DEFAULT_GOAL := help

help: ## list these targets
	@sed -n 's/^\([a-z0-9-]*\):.*## /\1|/p' Makefile | while IFS='|' read -r name does; do \
		printf '  make %-12s %s\n' "$$name" "$$does"; done

setup: .venv/stamp-package .venv/stamp-messages $(BUILT_FRONTEND) ## install everything and build the front end
	@:

serve: setup ## run Genjin on http://127.0.0.1:8000 (Ctrl-C stops it)
	@.venv/bin/genjin serve

demo: setup ## the same with the demo company loaded
	@.venv/bin/genjin demo --if-empty
	@.venv/bin/genjin serve

test: setup ## run the whole test suite, browser tests included
	@.ci/browser
	@$(PYTHON) -m pytest -n 2 --maxschedchunk 1

check: setup ## format, lint, types, import contracts, migrations, translations, then the tests
	@$(PYTHON) -m ruff format --check .
	@$(PYTHON) -m ruff check .
	@$(PYTHON) -m mypy
	@.venv/bin/lint-imports
	@.venv/bin/genjin makemigrations --check --dry-run
	@$(PYTHON) -m genjin.cli.messages check
	@$(MAKE) --no-print-directory test

check-pg15: setup ## run the test suite on Debian's PostgreSQL 15
	@.ci/browser
	@.ci/with-postgres15 $(PYTHON) -m pytest -n 2 --maxschedchunk 1

bench: setup ## run the benchmarks
	@$(PYTHON) -m benchmarks

messages: .venv/stamp-package ## bring the translations to the present source and say what is missing
	@$(PYTHON) -m genjin.cli.messages update
	@$(PYTHON) -m genjin.cli.messages compile

lock: .venv/stamp-venv ## choose the newest allowed Python packages
	@$(UV) pip compile --universal --upgrade --generate-hashes --no-emit-index-url --no-annotate --no-header \
		--quiet --python $(PYTHON) pyproject.toml --extra dev --extra predict -o requirements.lock

format: .venv/stamp-package ## format the code and mend what lint can mend
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .

clean: ## remove what setup made; data in var/ stays
	@rm -rf .venv .tools frontend/node_modules $(dir $(DIST)) .mypy_cache .ruff_cache .pytest_cache \
		.hypothesis .import_linter_cache
	@find genjin tests benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

.venv/stamp-venv: .python-version
	@.ci/install-uv
	@.ci/make-venv
	@touch $@

.venv/stamp-lock: requirements.lock .venv/stamp-venv
	@$(UV) pip sync --quiet --python $(PYTHON) requirements.lock
	@touch $@

# The package itself is not in the lock, and each sync takes it away.
.venv/stamp-package: pyproject.toml .venv/stamp-lock
	@$(UV) pip install --quiet --python $(PYTHON) --no-deps --editable .
	@touch $@

.venv/stamp-messages: $(CATALOGUES) .venv/stamp-package
	@$(PYTHON) -m genjin.cli.messages compile
	@touch $@

frontend/node_modules/.stamp: frontend/package-lock.json | .venv/stamp-venv
	@cd frontend && ../.ci/with-node npm ci --no-audit --no-fund --loglevel=error
	@touch $@

$(DIST): frontend/node_modules/.stamp $(FRONTEND)
	@cd frontend && ../.ci/with-node npm run --silent build
	@touch $@
