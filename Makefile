# The two commands a newcomer needs: `make demo` and `make test`. Each sets up all it uses, in .venv.
PYTHON ?= python3
VENV ?= .venv
PEERS := .venv-peers
LOWEST := .venv-lowest
BIN := $(VENV)/bin
# One mark a Python: `make PYTHON=python3.13` after another makes the environment anew.
READY := $(VENV)/ready-$(shell $(PYTHON) -c 'import sys; print("%d.%d" % sys.version_info[:2])')
OUT ?= demo

.PHONY: help demo test lint types unit wheel dist bench bench-quick bench-peers slow lowest messages lock format clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

$(READY): pyproject.toml requirements.lock
	@echo "== Setting up $(VENV) (exact versions of requirements.lock) =="
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or later is needed: make PYTHON=python3.12 ..."; exit 1; }
	$(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(READY)

demo: $(READY) ## Run the bundled operation and make its brief in ./demo
	$(BIN)/acc demo $(OUT) --force

test: lint types unit wheel ## Run everything that must pass before a commit
	@echo "== All of it passed =="

lint: $(READY) ## Check style and format
	@echo "== Style =="
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(READY) ## Check types
	@echo "== Types =="
	$(BIN)/mypy

unit: $(READY) ## Run the tests
	@echo "== Tests =="
	@# Bytecode kept whatever the shell says: each process of the tests would compile all it imports.
	PYTHONDONTWRITEBYTECODE= $(BIN)/python -m pytest -q $(SPREAD)

wheel: $(READY) ## Build the wheel, install it elsewhere, run it there
	@echo "== Wheel =="
	$(BIN)/python tests/wheel_smoke.py

dist: $(READY) ## Build what is handed to the members: dist/autoconso.zip
	rm -rf dist
	$(BIN)/python -m build --wheel --no-isolation --outdir dist .
	$(BIN)/python docs/hand_over.py

# A file of tests stays in one process: what its tests share is made once.
SPREAD := -n auto --dist loadfile

BENCH := $(BIN)/python -m pytest -q -s -p no:xdist -m '' -o addopts=--import-mode=importlib -o 'python_files=bench_*.py'

bench: $(READY) ## Measure, each figure beside a peer or a limit
	$(BENCH) benchmarks

AGAINST ?= HEAD

bench-quick: $(READY) ## CPU and memory of each command beside its budget and beside AGAINST [HEAD], in turns
	$(BIN)/python -m benchmarks.bench_quick --against $(AGAINST)

$(PEERS)/ready: benchmarks/peers.txt
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet --disable-pip-version-check -r benchmarks/peers.txt
	@touch $@

bench-peers: $(READY) $(PEERS)/ready ## Measure beside PyPSA and oemof (their own .venv-peers, minutes)
	$(BENCH) benchmarks/bench_peers.py

slow: $(READY) ## Run the long tests: the other cases of each law, all its draws, browser walks, kills
	ACC_TESTS=whole $(BIN)/python -m pytest -q $(SPREAD) -m "slow or hypothesis"

lowest: $(READY) ## Run the tests on Python 3.11 with the lowest versions of pyproject.toml (.venv-lowest)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	$(BIN)/uv venv --quiet --clear --python 3.11 $(LOWEST)
	$(BIN)/uv pip compile --quiet --resolution lowest-direct --python-version 3.11 --all-extras \
		--no-emit-index-url --no-header -o $(LOWEST)/versions.txt pyproject.toml
	$(BIN)/uv pip install --quiet --python $(LOWEST) -r $(LOWEST)/versions.txt
	$(BIN)/uv pip install --quiet --python $(LOWEST) --no-deps --no-build-isolation -e .
	$(LOWEST)/bin/python -m pytest -q $(SPREAD)

messages: $(READY) ## Bring the French catalogue up to date with the code
	$(BIN)/python tests/messages.py

format: $(READY) ## Put the code into its format
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# A version that still fits is kept: `rm requirements.lock` first chooses all of them anew.
lock: $(READY) ## Write exact versions and their hashes
	$(BIN)/python -m pip install --quiet uv
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --all-extras \
		--generate-hashes --no-emit-index-url --no-header -o requirements.lock pyproject.toml

clean: ## Remove what was made
	rm -rf $(VENV) $(PEERS) $(LOWEST) $(OUT) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
