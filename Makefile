# Two commands do everything: `make demo` runs the main job, `make test` passes all tests.
# The plain commands behind them are in CONTRIBUTING.md (Windows).

SHELL := /bin/bash
PYTHON ?= python3
UV := $(shell command -v uv 2>/dev/null || echo .tools/bin/uv)
BIN := .venv/bin
export UV
export UV_COMPILE_BYTECODE := 1
export GX_ANALYTICS_ENABLED := false

.PHONY: demo test check lint benchmark docs lock clean

demo: .venv/.installed-main          ## the main job, end to end, into ./demo
	$(BIN)/edfi-audit demo

test: .venv/.installed-dev browser database   ## formatting, lint, types, tests, notebooks
	$(MAKE) --no-print-directory lint
	$(BIN)/pytest -n 2 --dist loadfile

lint: .venv/.installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/nbstripout --verify notebooks/*.ipynb

docs: .venv/.installed-dev           ## renew the generated pages of docs/reference
	$(BIN)/python -m edfi_audit.cli.reference docs/reference
	$(BIN)/pytest -q -p no:xdist --proofs docs/reference/proofs.md tests/proofs tests/test_planted_worlds.py

benchmark: .venv/.installed-benchmark ## measurements against named peers, side by side
	$(BIN)/python benchmarks/validation.py
	$(BIN)/python benchmarks/pull.py
	$(BIN)/python benchmarks/audit.py

lock: $(UV)                          ## renew uv.lock
	PATH="$(dir $(UV)):$$PATH" $(PYTHON) .ci/relock.py

clean:
	rm -rf .venv .tools demo dist build

# A lock without addresses is installed through its export: versions and hashes are fixed, the
# files come from the registry this machine is set up for (docs/decisions/0002-lock.md).
.venv/.installed-main: GROUPS = --no-default-groups
.venv/.installed-dev: GROUPS = --group dev
.venv/.installed-benchmark: GROUPS = --all-groups
.venv/.installed-%: uv.lock pyproject.toml | $(UV)
	@test -x $(BIN)/python || $(UV) venv --quiet --python $(PYTHON) .venv
	$(UV) export --quiet --frozen --no-emit-project $(GROUPS) --output-file .venv/requirements.txt
	$(UV) pip install --quiet --python $(BIN)/python --require-hashes -r .venv/requirements.txt
	$(UV) pip install --quiet --python $(BIN)/python --no-deps --editable .
	@touch $@

.tools/bin/uv:
	$(PYTHON) -m venv .tools
	.tools/bin/pip install --quiet --disable-pip-version-check uv

# The report and the notebook export are tested in a real browser.
.PHONY: browser
browser:
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || .ci/install-browser

# The ODS database source is tested against a real PostgreSQL.
.PHONY: database
database:
	@command -v initdb >/dev/null || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || .ci/install-postgresql
