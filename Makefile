# Two commands are enough: `make demo` and `make test`. Each makes what it needs in ./.venv and nowhere else.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: demo test check docs e2e bench chaos authz storm sources fuzz screenshots lock clean ci

demo: $(INSTALLED)  ## A Heartbleed morning on an emulated cloud; ONCE=1 plays it without a person
	$(BIN)/suture demo $(if $(ONCE),--once)

# Four at a time also on two cores, and whoever is done takes from the others: most of a story is waiting.
test: $(INSTALLED)  ## The whole suite, on SQLite and on PostgreSQL
	$(BIN)/python -m pytest -n 4 --dist worksteal

check: $(INSTALLED)  ## Lint, formatting, types, the house's import rules, the documents' rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python -m scripts.source_docs --check
	$(BIN)/python scripts/check_docs.py

docs: $(INSTALLED)  ## What docs/sources.md says of each source, written anew from the sources
	$(BIN)/python -m scripts.source_docs

e2e: $(INSTALLED)  ## What needs a browser, and what real scanners push
	scripts/need-chromium
	$(BIN)/python -m pytest tests/e2e --ignore=tests/e2e/producers -n 2 --dist worksteal --override-ini addopts="--strict-markers -q"
	scripts/need-producers $(BIN)/python
	$(BIN)/python -m pytest tests/e2e/producers -n 2 --dist worksteal --override-ini addopts="--strict-markers -q"

bench: $(INSTALLED)  ## One table of speed and memory, from one run
	$(BIN)/python -m tests.bench

chaos: $(INSTALLED)  ## kill -9 under load; the checker reads only what the outside saw. KILLS=200 ON=postgresql
	$(BIN)/python -m tests.chaos --kills $(or $(KILLS),50) --on $(or $(ON),sqlite)

authz: $(INSTALLED)  ## Who may do what: the real steps against an oracle, 50,000 times
	$(BIN)/python -m tests.authz

storm: $(INSTALLED)  ## A hundred thousand alerts in five minutes at Slack's real limits: what was told, how fast, how truly
	$(BIN)/python -m tests.bench.storm

sources: $(INSTALLED)  ## What each source makes of every payload, beside counts that know no source
	$(BIN)/python -m tests.sources

fuzz: $(INSTALLED)  ## A hundred thousand spoilt payloads over every source: nothing but findings and named quarantines come out
	$(BIN)/python -m tests.fuzz --examples 100000

screenshots: $(INSTALLED)  ## The pictures of README and docs, taken from the real pages and messages
	scripts/need-chromium
	scripts/need-emoji
	$(BIN)/python -m scripts.screenshots
	$(BIN)/python -m tests.e2e.slack_pictures docs/images
	scripts/need-adaptivecards var/renderer
	$(BIN)/python -m tests.e2e.teams_pictures var/renderer docs/images

lock:  ## Write requirements.txt anew from pyproject.toml
	$(BIN)/python -m uv pip compile --universal --python-version 3.11 --generate-hashes --all-extras \
		--no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" -q -o requirements.txt pyproject.toml
	scripts/lock-producers $(abspath $(BIN))/python

$(INSTALLED): requirements.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "Suture needs Python 3.11 or later; say which with: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-build-isolation -r requirements.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(INSTALLED)

clean:
	rm -rf $(VENV) .venv-producers .mypy_cache .ruff_cache .pytest_cache .hypothesis var
