# make run: an information point on this machine. make test: everything that is tested. Nothing else needs to be known.
PYTHON ?= python3
VENV := .venv
WORKERS ?= 3
BIN := $(VENV)/bin

# Where it is set, each of the hundreds of programs that the tests start, and each start of ours, would compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run install install-dev test check format phrases train compare speed bench soak lock audit clean

run: install
	@$(BIN)/infopoint run

install: $(VENV)/installed

install-dev: $(VENV)/installed-dev

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("infopoint needs Python 3.11 or newer; this is " + sys.version.split()[0] + ". Try: make PYTHON=python3.12 run") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -m venv $(VENV) || { echo "This Python cannot make a virtual environment. On Debian: apt install python3-venv"; exit 1; }

$(VENV)/installed: $(VENV)/bin/python requirements.lock pyproject.toml
	@echo "Installing what infopoint needs into $(VENV) (once, about a minute) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --no-index -e .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed requirements-dev.lock
	@echo "Installing what the tests need ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	@touch $@

# Everything that is tested, file by file by three workers at once: on two cores, because some tests mostly wait. Those are spread
# among the others (see tests/support/spreading.py), which is why xdist is not to put the files with the most tests first. With CI=true a
# missing server or browser is a failure, else those tests are skipped with a word. The thinking rooms are tested by themselves,
# and every statement of theirs is run; the rest is not slowed by counting statements.
THINKING := model language matching dialogue
empty :=
space := $(empty) $(empty)
comma := ,
test: install-dev
	@$(BIN)/python -m tests.support.prepare
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --cov --cov-report= $(PYTEST) $(THINKING:%=tests/%)
	@$(BIN)/coverage report --include='$(subst $(space),$(comma),$(THINKING:%=bot/%/*))' --fail-under=100
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(PYTEST) $(THINKING:%=--ignore=tests/%)

# What needs no running: style, types, the direction of imports, catalogs, the lock file.
check: install-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache

format: install-dev
	@$(BIN)/ruff check --fix --quiet .
	@$(BIN)/ruff format --quiet .

# Bring the catalogs to the sentences that the program says; then translate what is new.
phrases: install-dev
	@$(BIN)/pybabel -q extract -F pyproject.toml --no-location --sort-output --project infopoint --version 1 \
		--copyright-holder "the infopoint authors" -k pgettext:1c,2 -o locales/infopoint.pot .
	@$(BIN)/pybabel -q update -i locales/infopoint.pot -d locales -D infopoint --no-wrap --ignore-obsolete --no-fuzzy-matching

# Learn anew from the examples and write what was learned beside them.
train: install
	@$(BIN)/infopoint train

# Compare the matcher with others on the same messages and print tables; nlp.js takes part where there is Node.
QUESTIONS ?= $(wildcard ../shared/eval/??.jsonl)
compare: install-dev
	@$(BIN)/python -m tests.bench --questions $(QUESTIONS)

# Measure what a decision and the whole program cost and print a table; takes a quarter of an hour where nothing is kept yet.
speed: install-dev
	@$(BIN)/python -m tests.bench.speed

# Measure how many messages are answered in a second, and how soon, beside a bare echo and the bare encoder; print a table. Ten minutes. BENCH="--short", "--json FILE".
bench: install-dev
	@$(BIN)/python -m tests.bench.throughput $(BENCH)

# Let many residents write while processes are killed, on both databases, and count in the end; half an hour. SOAK="--messages 1000" and others.
soak: install-dev
	@$(BIN)/python -m tests.soak $(SOAK)

# Pin every dependency anew, with hashes and without naming where it comes from; what runs is what is tested.
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header
lock:
	@rm -f requirements.lock requirements-dev.lock
	@$(LOCK) --extra dev pyproject.toml -o requirements-dev.lock
	@$(LOCK) -c requirements-dev.lock pyproject.toml -o requirements.lock

# Ask whether anything that is pinned has a known weakness. It needs the network, so it is no part of `make test`.
audit:
	@uvx pip-audit --disable-pip --require-hashes -r requirements.lock -r requirements-dev.lock

clean:
	rm -rf $(VENV) data .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
