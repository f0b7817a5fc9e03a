# Nothing here needs root, a server or GNU gettext; only pip uses the network.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
# Compiled modules are kept, whatever the shell says: each of the processes that a
# run or a test starts would compile Django anew.
unexport PYTHONDONTWRITEBYTECODE
.PHONY: help setup run test test-long shots browser-test drill drill-test two-hosts bench \
	format lock messages clean \
	check check-style check-types check-floors check-django check-texts

VENV := .venv
BIN := $(VENV)/bin
REQUIREMENTS := requirements.txt requirements-dev.txt
CATALOGUES := $(wildcard locale/*/LC_MESSAGES/django.po)
# How much `make bench` and `make drill` take.
SIZE := 10000
COMPILE := uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links --no-config

help: ## Show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-13s %s\n", $$1, $$2}' \
		$(MAKEFILE_LIST)

setup: $(VENV)/.installed $(VENV)/.compiled ## Make .venv and install what is pinned

run: setup ## Start the desk with demonstration data (PORT=8000); Ctrl-C stops it
	@SUNWAI_DEMO=1 exec $(BIN)/python manage.py demo

test: setup ## Run the tests (TESTS="tests/notices -k receipt" for some)
	@exec $(BIN)/python -m pytest --quiet -n 2 --dist worksteal $(TESTS)

test-long: setup ## Those left out of `make test`: races, fuzzing, whole presets, processes
	@exec $(BIN)/python -m pytest --quiet -n 2 --dist worksteal -m long $(TESTS)

shots: setup ## Pictures of every screen into build/shots, to be looked at
	@exec $(BIN)/python -m tests.e2e.shots build/shots

browser-test: setup ## Run the tests that drive Debian's Chromium
	@exec $(BIN)/python -m pytest --quiet -m browser tests/e2e $(TESTS)

two-hosts: setup ## Two webs and two workers over one PostgreSQL, broken and restarted
	@exec $(BIN)/python -m tests.drills.two_hosts

bench: setup ## Measure the desk against docs/performance.md (SIZE=1000000; ONLY="W3 W5")
	@exec $(BIN)/python -m benchmarks --size $(SIZE) --only "$(ONLY)"

drill: setup ## Kill, cut and crash on purpose (SIZE=10000, DRILLS="F01 F04")
	@exec $(BIN)/python -m tests.drills $(DRILLS) --size $(SIZE)

drill-test: setup ## A small size of every drill
	@exec $(BIN)/python -m pytest --quiet -m drill tests/drills $(TESTS)

check: check-style check-types check-floors check-django check-texts ## All below

check-style: setup ## Ruff: rules and form
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

check-types: setup ## Mypy, strict
	$(BIN)/mypy

check-floors: setup ## Imports go down only
	$(BIN)/lint-imports

check-django: setup ## Django's checks, and no model without its migration
	$(BIN)/python manage.py check
	$(BIN)/python manage.py makemigrations --check --dry-run

check-texts: setup ## Every text in Hindi, Marathi and Italian
	$(BIN)/python manage.py catalogues check

format: setup ## Put the code in the house's form
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

lock: setup ## Pin requirements*.txt anew (all: UPGRADE=--upgrade)
	$(BIN)/python -m pip install --quiet uv
	for file in requirements requirements-learning requirements-dev; do \
		UV_CUSTOM_COMPILE_COMMAND="make lock" \
			$(BIN)/$(COMPILE) $(UPGRADE) $$file.in -o $$file.txt; done

messages: setup ## Merge new texts into the catalogues, then compile them
	$(BIN)/python manage.py catalogues update
	$(BIN)/python manage.py catalogues compile

clean: ## Remove the environment and the caches, never the data in var/
	rm -rf $(VENV) build .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/.installed: $(REQUIREMENTS)
	@.ci/venv $(VENV)
	@echo "Installing the pinned libraries into $(VENV) (a minute or two)."
	@$(BIN)/python -m pip install -qq --disable-pip-version-check \
		--require-hashes --only-binary :all: --no-compile $(REQUIREMENTS:%=-r %)
	@touch $@

$(VENV)/.compiled: $(VENV)/.installed $(CATALOGUES)
	@$(BIN)/python manage.py catalogues compile
	@touch $@
