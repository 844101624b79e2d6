# Gatehouse: one command per task. `make` alone lists them.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
SOAK_SECONDS ?= 3600

# What somebody's shell says about Python and pip must not reach this project's own environment; bytecode is compiled
# at installation, because it halves the start of every command.
unexport PYTHONDONTWRITEBYTECODE PYTHONPATH PYTHONHOME
unexport PIP_USER PIP_TARGET PIP_PREFIX PIP_REQUIRE_HASHES PIP_CONSTRAINT PIP_NO_COMPILE PIP_DRY_RUN

.DEFAULT_GOAL := help
.PHONY: help install demo test coverage check format docs snapshots bench soak

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(STAMP) ## build a prison block, serve its field devices, operate it (terminal: Ctrl+Q ends it)
	@$(BIN)/gatehouse demo

test: $(STAMP) ## the whole test suite, two files at a time; drills against the clock afterwards, alone
	@$(BIN)/pytest -n 2 --dist loadfile -m "not timed"
	@$(BIN)/pytest -m timed

coverage: $(STAMP) ## the same with branch coverage
	@$(BIN)/pytest --cov --cov-report=term:skip-covered

check: $(STAMP) ## format, lint, types, import rule, spelling, documentation
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/codespell
	@$(BIN)/python docs/reference/generate.py --check

format: $(STAMP) ## put the code in order
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

docs: $(STAMP) ## write the command reference again
	@$(BIN)/python docs/reference/generate.py

snapshots: $(STAMP) ## draw the pictures of the screens again
	@$(BIN)/python tests/tui/take_pictures.py

bench: $(STAMP) ## measure the budgets, each against a baseline in the same run
	@for file in tests/benchmarks/bench_*.py; do $(BIN)/python "$$file" || exit 1; done

soak: $(STAMP) ## kills (2 × 100), 10,000 points with mishaps, a year of history, mutated frames (4 × 200000), the demo for SOAK_SECONDS
	@HISTORY_KILLS=100 $(BIN)/pytest tests/twin/store/test_kills.py
	@POLLER_KILLS=100 $(BIN)/pytest -s tests/journeys/test_killed_poller.py
	@PLANT_ROOM_POINTS=10000 PLANT_ROOM_CYCLES=120 $(BIN)/pytest -s tests/journeys/test_plant_room.py
	@YEAR_POINTS=200 $(BIN)/python tests/benchmarks/bench_year.py
	@GATEHOUSE_FUZZ_FRAMES=200000 $(BIN)/pytest -k mutated tests/bms_connectors/*/test_*fuzz.py
	@$(BIN)/gatehouse demo --headless --seconds $(SOAK_SECONDS)

install: $(STAMP) ## only prepare .venv

# Two steps, because pip's hash mode refuses an editable project. The lock is complete (--no-deps): pip must not look for a
# newer release of what another package asks for with an extra.
$(STAMP): requirements.lock pyproject.toml
	@command -v $(PYTHON) >/dev/null || { echo "error: $(PYTHON) is not installed; Gatehouse needs Python 3.11 or newer." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "error: $(PYTHON) is older than 3.11; name a newer one with 'make PYTHON=python3.12'." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "error: $(PYTHON) cannot make virtual environments; install its venv module (Debian, Ubuntu: python3-venv)." >&2; exit 1; }
	@echo "Preparing .venv (once; a minute or two) ..." >&2
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --require-hashes -r requirements.lock
	@$(BIN)/python -m pip --disable-pip-version-check install --quiet --no-deps --no-build-isolation -e .
	@$(BIN)/python -m compileall -q twin bms_connectors simulation site_models tui
	@touch $@
