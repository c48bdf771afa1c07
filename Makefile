# Everything that is done here, by one word each. `make help` lists it.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
MAKEFLAGS += --no-builtin-rules

# The Python that the virtual environment is made with; any 3.11 to 3.14 will do.
ifndef PYTHON
PYTHON := $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1 && { echo $$p; break; }; done)
endif
PY := .venv/bin/python
PORT ?= 8000
SEED ?= demo
STAGE ?= dev
CHECKED := functions layers/pushcart utils infra bench Test_py

# What a person chose in .env (see .env.example) holds for every target; comments behind a value are left out.
ifneq ($(wildcard .env),)
$(foreach line,$(shell sed -n 's/[[:space:]]*\#.*//; s/^\([A-Z_0-9]*=[^[:space:]][^[:space:]]*\)$$/\1/p' .env),$(eval export $(line)))
endif

export JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION := 1
export JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION := 1
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20
export PIP_DISABLE_PIP_VERSION_CHECK := 1

.PHONY: help
help: ## This list
	@echo "Pushcart. Usage: make <target> [NAME=value …]"
	@grep -hE '^[a-z-]+:.*## ' $(firstword $(MAKEFILE_LIST)) | sort | awk -F ':.*## ' '{printf "  %-15s %s\n", $$1, $$2}'

# ---- Tools and environments: each is made once, and again when what it is made from changes.

# A virtual environment whose Python is gone, or that was never finished, is taken away before make looks at its stamps.
ifneq ($(filter-out help clean,$(or $(MAKECMDGOALS),help)),)
ifneq ($(wildcard .venv),)
ifneq ($(shell $(PY) -c 'import pip, sys; print((3, 11) <= sys.version_info[:2] <= (3, 14))' 2>/dev/null) $(wildcard .venv/.made),True .venv/.made)
$(info The virtual environment .venv is half made or its Python is gone: making it again.)
$(shell rm -rf .venv)
endif
endif
endif

.PHONY: python node
python:
	@[ -e .venv/.made ] || [ -n "$(PYTHON)" ] || { echo "Python 3.11 to 3.14 is needed and was not found: install it from https://www.python.org/downloads/ (Debian, Ubuntu: sudo apt-get install python3 python3-venv; macOS: brew install python)." >&2; exit 1; }
	@[ -e .venv/.made ] || $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "$(PYTHON) has no venv module: install it (Debian, Ubuntu: sudo apt-get install python3-venv)." >&2; exit 1; }

node:
	@command -v node >/dev/null || { echo "Node.js 20 or newer is needed and was not found: install it from https://nodejs.org (Debian, Ubuntu: sudo apt-get install nodejs npm; macOS: brew install node)." >&2; exit 1; }
	@command -v npm >/dev/null || { echo "npm is needed and was not found: it comes with Node.js from https://nodejs.org (Debian, Ubuntu: sudo apt-get install npm)." >&2; exit 1; }
	@node -e 'process.exit(parseInt(process.versions.node) < 20 ? 1 : 0)' || { echo "Node.js 20 or newer is needed, and this is $$(node --version): install it from https://nodejs.org." >&2; exit 1; }

.venv/.made: | python
	@echo "Making the virtual environment .venv with $$($(PYTHON) --version) …"
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@$(PY) -c 'import pathlib, sysconfig; pathlib.Path(sysconfig.get_path("purelib"), "pushcart.pth").write_text("$(CURDIR)\n$(CURDIR)/layers\n")'
	@touch $@

.venv/.local: requirements/local.txt .venv/.made | python
	@echo "Installing what the laptop cloud needs (requirements/local.txt) …"
	@$(PY) -m pip install --no-deps --require-hashes --no-compile --progress-bar off -r $< | sed -u -n 's/^Collecting \([^ ]*\).*/  \1/p'
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.made | python
	@echo "Installing what the tests and the build need (requirements/dev.txt) …"
	@$(PY) -m pip install --no-deps --require-hashes --no-compile --progress-bar off -r $< | sed -u -n 's/^Collecting \([^ ]*\).*/  \1/p'
	@touch $@ .venv/.local

node_modules/.stamp: package-lock.json | node
	@echo "Installing the CDK command line (npm ci) …"
	@npm ci --no-audit --no-fund --loglevel=error
	@touch $@

.PHONY: venv
venv: .venv/.dev ## Make the virtual environment with everything in it

# ---- Run

.PHONY: serve invoke bench openapi
serve: .venv/.local ## Run the whole shop on this machine; PORT=8000 SEED=demo|none STATE=dir
	@exec $(PY) -m infra.local.serve --port $(PORT) --seed $(SEED) $(if $(STATE),--state $(STATE))

invoke: .venv/.local ## Run one handler; FN=functions/orders/place_order.py EVENT=events/orders/place_order.json
	@if [ -z "$(FN)" ] || [ -z "$(EVENT)" ]; then echo "Usage: make invoke FN=functions/orders/place_order.py EVENT=events/orders/place_order.json" >&2; exit 2; fi
	@exec $(PY) -m infra.local.invoke $(FN) $(EVENT)

bench: .venv/.dev ## Measure us beside a bare handler and FastAPI + Mangum
	@exec $(PY) -m bench

openapi: .venv/.dev ## Write what is made of the declarations: docs/openapi.json, API.md, ACCESS.md, SECURITY.md, access patterns, events/
	@$(PY) -m infra.openapi
	@$(PY) -m infra.access_page
	@$(PY) -m infra.sample_events
	@$(PY) -m infra.access_patterns
	@$(PY) -m infra.security_page

# ---- Check

.PHONY: test unit lint format torture growth red
test: lint node_modules/.stamp ## Lint, all tests, coverage and the gate
	@exec $(PY) Test_py/run_all_tests.py

unit: .venv/.dev ## The unit tests alone (no network, no Node)
	@exec $(PY) Test_py/run_all_tests.py --unit

lint: .venv/.dev ## Style, types, layers and sizes
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy $(wildcard $(CHECKED))
	@.venv/bin/lint-imports --cache-dir .cache/imports
	@$(PY) -m Test_py.gate.sizes

format: .venv/.dev ## Put the code into the one format
	@.venv/bin/ruff check --fix-only --quiet . ; .venv/bin/ruff format .

red: .venv/.dev ## Record that a new function's test fails without it; FN=functions/orders/place_order.py, or all
	@if [ -z "$(FN)" ]; then echo "Usage: make red FN=functions/orders/place_order.py, or FN=all" >&2; exit 2; fi
	@exec $(PY) -m Test_py.gate.red $(FN)

torture: .venv/.dev ## The long versions: more seeds, more buyers
	@exec $(PY) -m pytest -m torture Test_py

growth: .venv/.dev ## Compare what each request costs in a small and a large shop; PRODUCTS=10000 ORDERS=100000
	@exec $(PY) -m infra.growth --products 100 $(or $(PRODUCTS),10000) --orders 100 $(or $(ORDERS),100000)

# ---- Deploy

.PHONY: synth deploy deploy-local destroy-local rotate-keys replay-erasures rebuild-reports rebuild-search
synth: .venv/.dev node_modules/.stamp ## Synthesise the templates into cdk.out; STAGE=dev|staging|prod
	@npx --no-install cdk synth --quiet -c stage=$(STAGE)
	@echo "Templates are in cdk.out."

deploy: .venv/.dev node_modules/.stamp ## Deploy to AWS; STAGE=dev|staging|prod (prod asks, or CONFIRM=prod)
	@case "$(STAGE)" in dev|staging|prod) ;; *) echo "STAGE is dev, staging or prod, and not '$(STAGE)'." >&2; exit 2;; esac
	@if [ "$(STAGE)" = prod ] && [ "$(CONFIRM)" != prod ]; then \
		read -r -p "This deploys to prod. Type prod to go on: " answer </dev/tty 2>/dev/null || answer=; \
		if [ "$$answer" != prod ]; then echo "Not confirmed: nothing was deployed (without a terminal: CONFIRM=prod)." >&2; exit 1; fi; fi
	@npx --no-install cdk deploy --all -c stage=$(STAGE) $(if $(filter dev,$(STAGE)),--require-approval never,--require-approval broadening)

deploy-local: .venv/.dev node_modules/.stamp ## Deploy the very same app onto an emulator; prints API_URL
	@exec $(PY) -m infra.local.emulator up

destroy-local: .venv/.dev ## Take the emulator and all it holds away
	@exec $(PY) -m infra.local.emulator down

rotate-keys: .venv/.dev ## Give the signing key of a deployed shop a successor now; STAGE=dev|staging|prod
	@exec $(PY) -m infra.rotate_signing_keys --stage $(STAGE)

replay-erasures: .venv/.dev ## After a restore, erase again who was erased since; STAGE=dev|staging|prod SINCE=2026-11-01T00:00:00Z
	@exec $(PY) -m infra.replay_erasures --stage $(STAGE) --since "$(SINCE)"

rebuild-reports: .venv/.dev ## Make every report of a deployed shop anew of its events; STAGE=dev|staging|prod
	@exec $(PY) -m infra.rebuild_reports --stage $(STAGE)

rebuild-search: .venv/.dev ## Have the search of a deployed shop look at every product again; STAGE=dev|staging|prod
	@exec $(PY) -m infra.rebuild_search --stage $(STAGE)

# ---- Keep

.PHONY: lock clean
lock: .venv/.dev ## Resolve every lock again, with hashes; UPGRADE=1 takes newer versions
	@UV=.venv/bin/uv UPGRADE=$(UPGRADE) requirements/lock.sh

clean: ## Remove all that can be made again
	@rm -rf .venv node_modules .cache .build build cdk.out .hypothesis Test_py/coverage/.coverage* Test_py/coverage/html Test_py/coverage/*.json Test_py/coverage/*.xml
	@find . -name __pycache__ -type d -not -path './.git/*' -prune -exec rm -rf {} +
	@echo "Clean."
