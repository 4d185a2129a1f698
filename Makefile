# One word each. `make help` lists them.
BIND ?= 127.0.0.1:8000
WORKERS ?= 2
BIN := .venv/bin
TESTS ?= tests
# worksteal: whole files stay together until one worker runs dry, so that both end at the same time.
PYTEST := $(BIN)/python -m pytest -n $(WORKERS) --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help setup setup-test run demo test trust check lint coverage format bench docs messages lock clean

help:  ## list these words
	@sed -n 's/^\([a-z-]*\):[^#]*## \(.*\)/  make \1|\2/p' $(MAKEFILE_LIST) | awk -F'|' '{printf "%-18s%s\n", $$1, $$2}'

setup:  ## virtual environment, libraries and fonts
	@scripts/setup run

setup-test:  ## the same, and what the tests need
	@scripts/setup test

run: setup  ## set up, migrate, fill an empty database with a demo call, serve on http://127.0.0.1:8000
	@$(BIN)/flask db upgrade
	@$(BIN)/flask demo --if-empty
	@$(BIN)/flask serve --bind $(BIND) --with-worker

demo: setup  ## migrate and add the demo call where the database is empty, without serving
	@$(BIN)/flask db upgrade
	@$(BIN)/flask demo --if-empty

test: setup-test  ## every test, with PostgreSQL, Redis and a real browser (TESTS=tests/scoring for a part)
	@$(PYTEST) $(TESTS)

trust: setup-test  ## every leak test in full: all pages for everybody, both databases, with its figures at the end
	@figures=$$(mktemp); status=0; \
		TRUST=full TRUST_FIGURES=$$figures $(PYTEST) -o faulthandler_timeout=7200 tests/trust || status=1; \
		cat $$figures; rm -f $$figures; exit $$status

lint: setup-test  ## format, lint, types, import contracts
	@status=0; for step in "ruff format --check ." "ruff check ." "mypy ." lint-imports; do \
		echo "== $$step"; $(BIN)/$$step || status=1; done; exit $$status

check: lint coverage  ## lint, then every test with branch coverage

coverage: setup-test  ## every test, and which branches none of them took
	@$(PYTEST) --cov=app --cov=scoring --cov-branch --cov-report=term:skip-covered $(TESTS)

format: setup-test  ## put the format and the mendable findings right
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: setup-test  ## the benchmark table, with JSON beside it in bench/results/
	@$(BIN)/python -m bench

docs: setup-test  ## the pictures and generated pages of docs/
	@$(BIN)/python -m docs

messages: setup-test  ## collect the texts that people read for translators
	@$(BIN)/python scripts/messages.py

# uv alone can write one list for every supported Python; the list names no index.
LOCK := uv pip compile -q --generate-hashes --universal --python-version 3.11 \
	--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" --extra scale

lock:  ## write requirements*.txt anew from pyproject.toml (needs uv)
	$(LOCK) pyproject.toml -o requirements.txt
	$(LOCK) --group dev -c requirements.txt pyproject.toml -o requirements-dev.txt

clean:  ## forget the virtual environment and the caches (data stays)
	rm -rf .venv .tools .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis htmlcov .coverage*
