# Patency. `make` explains itself.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
# Compiled once, and not into the source tree: every desk, worker and test process reads it from here.
export PYTHONPYCACHEPREFIX := $(CURDIR)/build/compiled
# A surrounding that forbids it would have each of them compile every library again.
unexport PYTHONDONTWRITEBYTECODE

.DEFAULT_GOAL := help
.PHONY: help run test check lint scenarios safety chaos bench screenshots lock openapi clean evidence tampering doctor alerts histories rolling restoring refusing sbom secrets audit

help: ## Show this list
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:[^#]*## /\t/' | awk -F'\t' '{printf "  make %-11s %s\n", $$1, $$2}'

# What runs needs less than what tests: a first `make run` installs the product alone.
.venv/uv: requirements-uv.txt
	@echo "Setting up a virtual environment in .venv"
	@$(PYTHON) -m venv .venv
	@$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements-uv.txt
	@touch $@

.venv/product: .venv/uv requirements.txt
	@echo "Installing Patency's requirements, each checked against its hash"
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --require-hashes -r requirements.txt
	@touch $@

.venv/workbench: .venv/product requirements-dev.txt
	@echo "Installing what the tests need, each checked against its hash"
	@VIRTUAL_ENV=.venv $(BIN)/uv pip install --quiet --require-hashes -r requirements-dev.txt
	@touch $@

run: .venv/product ## Start everything on 127.0.0.1 and stay in front (Ctrl-C stops it)
	@exec $(BIN)/python -m deploy.local

# What became of the tests that hazards name is noted on the way, and looked at last.
test: export SAFETY_RESULTS := build/safety/last_run.json
test: .venv/workbench ## Everything that has to pass: checks, tests, stories pure and live, chaos (quick), hazards
	@rm -f $(SAFETY_RESULTS)
	@$(MAKE) --no-print-directory lint
	$(BIN)/python -m pytest tests --ignore=tests/browser --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations=15
	$(BIN)/python -m pytest tests/browser --durations=15
	@$(MAKE) --no-print-directory scenarios
	@$(MAKE) --no-print-directory scenarios LIVE=1
	@$(MAKE) --no-print-directory chaos QUICK=1
	@$(MAKE) --no-print-directory alerts
	@$(BIN)/python -m deploy.safety --check --report build/safety/report.html

check: lint ## The quick gate: format, lint, types, rings, pure tests
	$(BIN)/python -m pytest tests/unit tests/architecture

lint: .venv/workbench ## Format, lint, types, rings
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

scenarios: .venv/workbench ## Play the stories of tests/scenarios (FILE=path for one, LIVE=1 through the desks, POLICY=file under another)
	@$(BIN)/python -m deploy.scenarios $(if $(LIVE),--live) $(if $(POLICY),--policy $(POLICY)) $(if $(SAFETY_RESULTS),--results $(SAFETY_RESULTS)) $(FILE)

safety: .venv/workbench ## Print the clinical safety file with the last run of `make test` (PDF=1 for a PDF)
	@$(BIN)/python -m deploy.safety --report build/safety/report.$(if $(PDF),pdf,html)

chaos: .venv/workbench ## Kill every kind of process in the middle of a run of pathways (QUICK=1 for a short one)
	@$(BIN)/python -m tests.chaos $(if $(QUICK),--quick)

bench: .venv/workbench ## Measure everything promised about speed beside two references (QUICK=1, OPEN=10000, JSON=file, PROFILE=click)
	@$(BIN)/python -m tests.bench $(if $(QUICK),--quick) $(if $(OPEN),--open $(OPEN)) $(if $(JSON),--json $(JSON)) $(if $(PROFILE),--profile $(PROFILE))

evidence: .venv/product ## Verify the chains of the running local world against its anchors
	@$(BIN)/python -m deploy.evidence --verify

tampering: .venv/workbench ## Let a superuser tamper with a record 1,000 times, and see whether the verifier names each
	@$(BIN)/python -m tests.evidence.tampering

doctor: .venv/product ## Look whether this machine, and with LOCAL=1 the world of `make run` on it, is as it should be
	@$(BIN)/python -m deploy.doctor $(if $(LOCAL),--local)

alerts: .venv/workbench ## Check the alert rules and run their tests (needs promtool, and says so)
	@$(BIN)/python -m deploy.alerts.checking

histories: .venv/workbench ## Capture what running workflows do, and add what no stored history shows yet
	@$(BIN)/python -m tests.replay.capture

rolling: .venv/workbench ## 1,000 open pathways through a rolling restart, there and back (MANY=number)
	@$(BIN)/python -m tests.upgrades.rolling $(or $(MANY),1000)

restoring: .venv/workbench ## 500 pathways restored to an earlier moment: is every difference listed? (MANY=number)
	@$(BIN)/python -m tests.upgrades.rehearsal $(or $(MANY),500)

sbom: .venv/product ## Write what the product is made of to build/sbom.json (CycloneDX 1.6)
	@$(BIN)/python -m deploy.supply.sbom build/sbom.json

secrets: .venv/product ## Look for secrets in everything that is tracked (HISTORY=1: in whatever was ever committed)
	@$(BIN)/python -m deploy.supply.leaks $(if $(HISTORY),--history)

audit: .venv/product ## Ask pip-audit what is known against the product's packages: fails where not all were looked up
	@$(BIN)/python -m deploy.supply.audit

refusing: .venv/workbench ## How soon every process refuses to start in production without one of its secrets
	@$(BIN)/python -m tests.starting

screenshots: .venv/workbench ## Write a picture of every page with the training patients into screenshots/
	@$(BIN)/python -m tests.browser.screenshots

lock: .venv/workbench ## Lock the requirements again, with hashes and without naming an index
	@for f in requirements requirements-dev requirements-uv; do \
	  $(BIN)/uv pip compile -q --generate-hashes --no-emit-index-url --python-version 3.11 --no-header $$f.in -o $$f.txt; done

openapi: .venv/workbench ## Write the desks' OpenAPI files
	@$(BIN)/python -m services.openapi

clean: ## Forget the local world (.local) and every cache; the virtual environment stays
	@rm -rf .local .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build/compiled
