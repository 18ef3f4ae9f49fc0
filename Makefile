# make report   install into $(VENV) and run the main job on examples/model.toml; the page is report/index.html
# make test     install and run every check
# make test-all the same, and the whole of the grids from which make test takes chosen points
# make mutants  try every wrong law that one slip of the pen makes; the score is benchmarks/mutation.md
# make false-alarms  verify true laws on random networks at random points; the outcome is benchmarks/false_alarms.md
# make bench    how quick it is beside what a user would write instead, in one run: benchmarks/bench.md
# make engines  measure every observable by flint and by mpmath, to 1000 digits; the outcome is benchmarks/engines.md
# make doubles  compiled laws over their whole domain, in units of the last place: benchmarks/doubles.md
# make trial    every way to a value on random networks against a judge that knows the map alone: benchmarks/trial.md
# make exponents  measure every exponent to 10, 30, 100 and 200 digits; the table is benchmarks/exponents.md
# make families  constants of activations: set afterwards equals derived, and every law verified: benchmarks/families.md
# make fuzz     try random inputs for FUZZ_SECONDS, and as long those guided by coverage where atheris is installed
# make docs     the site, with executed notebooks and the gallery: build/docs/html/index.html, to be opened from the disk
# make latex    derivations of the examples as articles of one and of two columns: no undefined reference, no overfull box
# make paper    papers of $(PAPERS), from 12 to 18 pages each: no undefined reference, no overfull box
# make page     write a report into build/page and look at it in a browser: equations, copying, sliders, telephone, print
# make tex, make chromium  install what these need, where apt-get does that for root
# make lock     resolve the dependencies of pyproject.toml anew into requirements.lock
# make docs-lock  resolve those of the site anew into docs/requirements.lock, with the pins of requirements.lock

VENV ?= .venv
PYTHON ?= python3
MODEL ?= examples/model.toml
OUT ?= report
PACKAGES = analytics derivations numerics nearcritical

BIN = $(VENV)/bin
STAMP = $(VENV)/installed

.PHONY: install report test test-all lint types pytest pytest-all fuzz artefacts artefacts-check mutants false-alarms bench engines doubles exponents families docs latex page paper tex chromium lock docs-lock clean

report: $(STAMP)
	$(BIN)/nearcritical report --model $(MODEL) --out $(OUT)

install: $(STAMP)

# Everything comes from the lock, by hash; --no-build-isolation because the build backend is in the lock too.
$(STAMP): requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "nearcritical needs Python 3.11 or newer; name one with make PYTHON=...")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

test: lint types pytest artefacts-check

test-all: lint types pytest-all artefacts-check

lint: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(STAMP)
	$(BIN)/mypy

# Two workers, each with one thread for linear algebra: two threads each wait for one another on two cores.
PYTEST = OPENBLAS_NUM_THREADS=1 $(BIN)/pytest -n 2

pytest: $(STAMP)
	$(PYTEST)

pytest-all: $(STAMP)
	$(PYTEST) -m ""

FUZZ_SECONDS ?= 3600
FUZZ_SEED ?= 1

fuzz: $(STAMP)
	$(BIN)/python tests/nearcritical/test_fuzz.py --seconds $(FUZZ_SECONDS) --seed $(FUZZ_SEED)
	@if $(BIN)/python -c 'import atheris' 2>/dev/null; then \
		$(BIN)/python tests/nearcritical/guided_fuzz.py --seconds $(FUZZ_SECONDS) --seed $(FUZZ_SEED); \
	else echo "fuzz: inputs guided by coverage need atheris: $(BIN)/python -m pip install atheris"; fi

# The laws of the default model as LaTeX and JSON, committed so that a change of a result is seen in review.
artefacts: $(STAMP)
	rm -rf derivations/generated
	$(BIN)/nearcritical derive --out derivations/generated

artefacts-check: $(STAMP)
	@fresh=$$(mktemp -d) && trap 'rm -rf "$$fresh"' EXIT && \
	$(BIN)/nearcritical derive --out "$$fresh/generated" && \
	diff -r derivations/generated "$$fresh/generated" && \
	echo "artefacts: committed and regenerated are equal"

# Twenty minutes on two cores: every wrong law that one slip of the pen makes of a right one, and of the networks of
# examples/ five of each law.
OWN = anisotropic frequency mixed p6

mutants: $(STAMP)
	@status=0; $(BIN)/python benchmarks/mutation.py > benchmarks/mutation.md || status=1; cat benchmarks/mutation.md; \
	for own in $(OWN); do \
		$(BIN)/python benchmarks/mutation.py --model examples/$$own.toml --sample 5 > benchmarks/mutation_$$own.md \
			|| status=1; \
		cat benchmarks/mutation_$$own.md; \
	done; exit $$status

# Half an hour on two cores: two hundred networks, two laws of each drawn by lot.
false-alarms: $(STAMP)
	$(BIN)/python benchmarks/false_alarms.py > benchmarks/false_alarms.md; status=$$?; cat benchmarks/false_alarms.md; exit $$status

# Five minutes; a machine that does something else meanwhile is disturbed less by BENCH_CLOCK=cpu.
BENCH_CLOCK ?= wall

bench: $(STAMP)
	OPENBLAS_NUM_THREADS=1 $(BIN)/python benchmarks/bench.py --clock $(BENCH_CLOCK) > benchmarks/bench.md; \
		status=$$?; cat benchmarks/bench.md; exit $$status

# A quarter of an hour on two cores.
engines: $(STAMP)
	$(BIN)/python benchmarks/engines.py > benchmarks/engines.md; status=$$?; cat benchmarks/engines.md; exit $$status

# Ten minutes.
doubles: $(STAMP)
	$(BIN)/python benchmarks/doubles.py > benchmarks/doubles.md; status=$$?; cat benchmarks/doubles.md; exit $$status

# Half an hour on two cores: ten thousand cases.
trial: $(STAMP)
	$(BIN)/python benchmarks/trial.py > benchmarks/trial.md; status=$$?; cat benchmarks/trial.md; exit $$status

# Five minutes of one core: every exponent to 10, 30, 100 and 200 digits, those of the examples to 50.
exponents: $(STAMP)
	$(BIN)/python benchmarks/exponents.py > benchmarks/exponents.md; status=$$?; cat benchmarks/exponents.md; exit $$status

# Ten minutes of one core.
families: $(STAMP)
	$(BIN)/python benchmarks/families.py > benchmarks/families.md; status=$$?; cat benchmarks/families.md; exit $$status

# $(call installed,PROGRAM,PACKAGES): install Debian's packages for root, or say what is missing.
define installed
	@command -v $(1) >/dev/null || { [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null && apt-get update -qq \
		&& apt-get install -qq -y --no-install-recommends $(2); } >/dev/null 2>&1 || true
	@command -v $(1) >/dev/null || { echo "make $@: $(1) is needed. On Debian and Ubuntu: apt-get install $(2)." >&2; exit 2; }
endef

tex:
	$(call installed,latexmk,texlive-latex-recommended lmodern latexmk)

chromium:
	$(call installed,chromium,chromium)

# A minute.
latex: $(STAMP) tex
	$(BIN)/python benchmarks/latex.py build/latex $(PAPERS)

# Half an hour on two cores; the pages are build/paper/NAME/paper.pdf. Then the steps, as make latex.
PAPERS ?= $(patsubst %,examples/%.toml,model anisotropic frequency mixed p6)

paper: $(STAMP) tex
	$(BIN)/python benchmarks/paper.py build/paper $(PAPERS)
	$(BIN)/python benchmarks/latex.py build/latex $(PAPERS)

# Three minutes of one core. The site has a lock and an environment of its own.
DOCS_VENV ?= $(VENV)-docs
DOCS_STAMP = $(DOCS_VENV)/installed

docs: $(DOCS_STAMP)
	$(DOCS_VENV)/bin/python docs/machinery/make_site.py build/docs

$(DOCS_STAMP): docs/requirements.lock pyproject.toml
	$(PYTHON) -m venv $(DOCS_VENV)
	$(DOCS_VENV)/bin/python -m pip install --quiet --require-hashes -r docs/requirements.lock
	$(DOCS_VENV)/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
	touch $@

docs-lock: $(STAMP)
	$(BIN)/uv pip compile docs/requirements.in pyproject.toml --extra sweeps --constraint requirements.lock --universal \
		--generate-hashes --no-emit-index-url --no-header --python-version 3.11 --quiet --upgrade --output-file docs/requirements.lock

# Five minutes, most of them for the report. Playwright stands in a folder of its own; it drives the system's Chromium.
PLAYWRIGHT = build/playwright

$(PLAYWRIGHT)/installed: $(STAMP) tests/browser/playwright.lock
	rm -rf $(PLAYWRIGHT)
	$(BIN)/python -m pip install --quiet --require-hashes --target $(PLAYWRIGHT) -r tests/browser/playwright.lock
	touch $@

page: $(STAMP) $(PLAYWRIGHT)/installed chromium
	$(BIN)/nearcritical report --model $(MODEL) --digits 15 --out build/page
	PAGE=build/page MODEL=$(MODEL) CHROMIUM=$$(command -v chromium) OPENBLAS_NUM_THREADS=1 PYTHONPATH=$(PLAYWRIGHT)$${PYTHONPATH:+:$$PYTHONPATH} \
		$(BIN)/pytest -n 0 tests/browser/page_checks.py

lock: $(STAMP)
	$(BIN)/uv pip compile pyproject.toml --extra dev --universal --generate-hashes --no-emit-index-url \
		--no-header --python-version 3.11 --quiet --upgrade --output-file requirements.lock

clean:
	rm -rf $(VENV) $(DOCS_VENV) $(OUT) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis
