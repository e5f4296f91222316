# Set-up needs only Python >= 3.11 and make; everything else comes from pyproject.toml under constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2

.PHONY: demo test lint slow golden headlines pictures clean help

help:
	@echo "make demo   run the main scenarios, compare them by corridor, draw plots into demo/"
	@echo "make test   lint, type-check and run the tests"
	@echo "make slow   the long checks (thousands of generated plans, whole years)"
	@echo "make headlines  run every scenario, write scenarios/README.md"
	@echo "make pictures  draw the pictures of the docs that the engine computes"
	@echo "make golden rewrite the golden logs and the generated tables in the docs"

$(VENV)/.ready: pyproject.toml constraints.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Landbridge needs Python 3.11 or newer; set PYTHON=python3.12, say.")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[dev]'
	touch $@

demo: $(VENV)/.ready
	rm -rf demo
	$(BIN)/landbridge compare scenarios/baseline.yaml scenarios/cku-open.yaml scenarios/brest-closure.yaml scenarios/russia-transit-ban.yaml \
		--jobs $(JOBS) --out demo
	$(BIN)/landbridge plot demo/baseline demo/cku-open demo/brest-closure demo/russia-transit-ban --kind transit-cdf --out demo/transit-cdf
	$(BIN)/landbridge plot demo/baseline demo/cku-open demo/brest-closure demo/russia-transit-ban --kind transit-box --out demo/transit-box
	$(BIN)/landbridge plot demo/baseline demo/cku-open demo/brest-closure demo/russia-transit-ban --kind where-time-went --out demo/where-time-went
	$(BIN)/landbridge plot demo/brest-closure --kind queues --out demo/queues

lint: $(VENV)/.ready
	$(BIN)/ruff format --check sim tests docs
	$(BIN)/ruff check sim tests docs
	$(BIN)/mypy

test: lint
	MPLBACKEND=Agg $(BIN)/pytest -n $(JOBS) -m "not slow"

slow: $(VENV)/.ready
	MPLBACKEND=Agg $(BIN)/pytest -n $(JOBS) -m slow

headlines: $(VENV)/.ready
	$(BIN)/landbridge headlines --replications 4 --jobs $(JOBS) --write scenarios/README.md

golden: $(VENV)/.ready
	$(BIN)/python tests/test_engine_stories.py
	$(BIN)/python tests/test_docs.py

pictures: $(VENV)/.ready
	MPLBACKEND=Agg $(BIN)/python docs/draw_work_in_progress.py

clean:
	rm -rf $(VENV) demo runs .pytest_cache .mypy_cache .ruff_cache
