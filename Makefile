# Set-up needs only Python >= 3.11 and make; everything else comes from pyproject.toml under constraints.txt.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
JOBS ?= 2
LANDBRIDGE ?= $(BIN)/landbridge
GALLERY_RUNS ?= gallery
GALLERY_REPLICATIONS ?= 10

.PHONY: demo check test test-oldest lint slow agreement benchmark benchmark-short golden headlines lanes calibration pictures gallery gallery-pictures clean help

help:
	@echo "make demo   run the main scenarios, compare them by corridor, draw plots into demo/"
	@echo "make check  lint, type-check and run the quick tests: under a minute"
	@echo "make test   lint, type-check and run the tests"
	@echo "make test-oldest  the lowest declared versions of what is used: one scenario, the same digest"
	@echo "make slow   the long checks (thousands of generated plans, whole years)"
	@echo "make agreement  both engines on every shipped scenario and 20,000 generated plans: the same log"
	@echo "make benchmark  speed and memory, beside the reference engine and other simulators: docs/performance.md (benchmark-short: prints only)"
	@echo "make headlines  run every scenario, write scenarios/README.md"
	@echo "make lanes  run the two scenarios of the README's table of origins and destinations, write it"
	@echo "make calibration  run what was observed, write docs/calibration.md"
	@echo "make pictures  draw the pictures of the docs that the engine computes"
	@echo "make gallery    run four scenarios into gallery/, draw the pictures of docs/gallery.md (gallery-pictures: draw again only)"
	@echo "make golden rewrite the golden logs, the known digests and the generated tables in the docs"

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
	$(BIN)/ruff format --check sim tests docs benchmarks
	$(BIN)/ruff check sim tests docs benchmarks
	$(BIN)/mypy

# Stories of both engines, the rules of logs, units, rooms and docs: what most mistakes break first.
QUICK := tests/engine/test_dispatch.py tests/engine/test_order.py tests/engine/test_closures.py tests/engine/test_vehicles.py \
	tests/engine/test_empty_runs.py tests/engine/test_inspections.py tests/engine/test_golden_logs.py tests/contract tests/units/test_units.py \
	tests/house/test_rooms.py tests/docs/test_contributing.py tests/results/test_tables_by_replay.py tests/stats/test_interval_forms.py

check: lint
	MPLBACKEND=Agg $(BIN)/pytest -q -n $(JOBS) --dist worksteal $(QUICK)

test: lint
	MPLBACKEND=Agg $(BIN)/pytest -n $(JOBS) --dist worksteal -m "not slow"

OLDEST := .venv-oldest

$(OLDEST)/.ready: pyproject.toml constraints-oldest.txt
	$(PYTHON) -m venv --clear $(OLDEST)
	$(OLDEST)/bin/python -m pip install --quiet --disable-pip-version-check -c constraints-oldest.txt -e '.[dask]'
	touch $@

# What the lowest versions simulate, the usual ones run again, and compare the digests.
test-oldest: $(VENV)/.ready $(OLDEST)/.ready
	rm -rf $(OLDEST)/run
	$(OLDEST)/bin/landbridge run scenarios/brest-closure.yaml --replications 1 --jobs 1 --out $(OLDEST)/run
	$(BIN)/landbridge verify $(OLDEST)/run --jobs 1

slow: $(VENV)/.ready
	MPLBACKEND=Agg $(BIN)/pytest -n $(JOBS) -m slow

agreement: $(VENV)/.ready
	MPLBACKEND=Agg $(BIN)/pytest -n $(JOBS) tests/engine/test_agreement.py

# The other simulators are packages of their own, which nothing else needs.
benchmark benchmark-short: $(VENV)/.ready
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -c constraints.txt -e '.[bench]'
	MPLBACKEND=Agg $(BIN)/python -m benchmarks $(if $(filter benchmark,$@),--write docs/performance.md,--short)

headlines: $(VENV)/.ready
	$(BIN)/python docs/write_scenarios.py --replications 10 --jobs $(JOBS)

lanes: $(VENV)/.ready
	$(BIN)/python docs/write_lanes.py --replications 10 --jobs $(JOBS)

calibration: $(VENV)/.ready
	$(BIN)/python docs/write_calibration.py --replications 10 --jobs $(JOBS)

gallery: $(VENV)/.ready
	rm -rf $(GALLERY_RUNS)
	$(LANDBRIDGE) run scenarios/baseline.yaml scenarios/cku-open.yaml scenarios/brest-closure.yaml scenarios/caspian-storms.yaml \
		--replications $(GALLERY_REPLICATIONS) --tables $(GALLERY_REPLICATIONS) --jobs $(JOBS) --no-plots --out $(GALLERY_RUNS)
	$(MAKE) gallery-pictures

PICTURE = $(LANDBRIDGE) plot $(addprefix $(GALLERY_RUNS)/,$(1)) --kind $(2) --out docs/images/$(3).svg

gallery-pictures:
	$(call PICTURE,baseline cku-open,map,cku-map)
	$(call PICTURE,baseline cku-open,transit-cdf,cku-transit)
	$(call PICTURE,baseline cku-open,corridor-share,cku-share)
	$(call PICTURE,brest-closure,map,brest-map) --corridor northern
	$(call PICTURE,baseline brest-closure,where-time-went,brest-time) --corridor northern
	$(call PICTURE,baseline brest-closure,queues,brest-queues)
	$(call PICTURE,caspian-storms,map,caspian-map) --corridor cku
	$(call PICTURE,cku-open caspian-storms,where-time-went,caspian-time)
	$(call PICTURE,cku-open caspian-storms,queues,caspian-queues)

golden: $(VENV)/.ready
	$(BIN)/python tests/golden_worlds.py
	$(BIN)/python tests/known_answers.py
	PYTHONPATH=tests $(BIN)/python tests/docs/test_docs.py

pictures: $(VENV)/.ready
	for one in docs/draw_*.py; do MPLBACKEND=Agg $(BIN)/python $$one || exit 1; done

clean:
	rm -rf $(VENV) $(OLDEST) demo runs gallery .pytest_cache .mypy_cache .ruff_cache
