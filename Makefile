# The commands of the project. `make` alone prints them.
PYTHON ?= python3
UV_VERSION = 0.13.9
VENV = .venv
BIN = $(VENV)/bin

# A relative CORPUS, SITE or GOLD is meant from where the user stands, also under `make -C`
# (which sets w in MAKEFLAGS and leaves PWD as the user's shell had it).
STAND := $(if $(findstring w,$(firstword -$(MAKEFLAGS))),$(PWD),$(CURDIR))
# gettext has a variable LANGUAGE, too: only one given to make counts here.
LABELS = $(if $(filter command line,$(origin LANGUAGE)),--language "$$LANGUAGE")
FROM_STAND = cd "$(STAND)" && "$(CURDIR)/$(BIN)/python" -P -m

export CORPUS SITE GOLD PORT TITLE LANGUAGE QUOTE_LIMIT

.PHONY: help run app test lab notebooks review gate evaluate train bench lock clean

help:
	@echo 'make run [CORPUS=path] [SITE=folder]  run the notebooks on your articles, write the pages'
	@echo '         [TITLE=words] [LANGUAGE=de]  their title; the language of names and labels'
	@echo '         [QUOTE_LIMIT=25]             words of an article that a page quotes on end'
	@echo '         [SINGLE_FILE=1]              each page holds all it needs, for a mail'
	@echo 'make app [CORPUS=path] [PORT=8866]    explore in the browser, without any code'
	@echo 'make lab                              work in JupyterLab'
	@echo 'make test                             style, tests, every notebook, browser tests'
	@echo 'make notebooks                        run them on data/articles, save those that changed'
	@echo 'make review                           let git show what changed in a notebook (nbdime)'
	@echo 'make gate                             our own marks against their floors: is anything worse?'
	@echo 'make evaluate GOLD=folder             measure the methods on gold (fetches two lexicons)'
	@echo 'make train GOLD=folder [HEAD=name]     train the heads anew (needs torch, which it fetches)'
	@echo 'make bench [GOLD=folder]              measure speed and memory, forty minutes; into README.md'
	@echo 'make lock                             renew requirements.txt from pyproject.toml'
	@echo 'make clean                            remove the environment, the pages and caches'

run: $(VENV)/stamp
	@$(FROM_STAND) helpers.share $(if $(CORPUS),--corpus "$$CORPUS") $(if $(SITE),--site "$$SITE") \
		$(if $(TITLE),--title "$$TITLE") $(LABELS) \
		$(if $(QUOTE_LIMIT),--quote-limit "$$QUOTE_LIMIT") $(if $(SINGLE_FILE),--single-file)

app: $(VENV)/stamp
	@$(FROM_STAND) helpers.app $(if $(CORPUS),--corpus "$$CORPUS") $(if $(PORT),--port "$$PORT")

# One plain renderer and no progress bars, as the committed notebooks were executed.
test: export PLOTLY_RENDERER = plotly_mimetype
test: export TQDM_DISABLE = 1
test: $(VENV)/stamp
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/python -m pytest --nbval --nbval-current-env --nbval-sanitize-with tests/nbval.cfg \
		tests notebooks

lab: $(VENV)/stamp
	$(BIN)/jupyter lab "$$(ls notebooks/*.ipynb | head -n 1)"

notebooks: $(VENV)/stamp
	@$(BIN)/python -m helpers.share --in-place

gate: export TQDM_DISABLE = 1
gate: $(VENV)/stamp
	@$(BIN)/python -m helpers.gate

# For this checkout alone; what it leaves out of a diff stands in nbdime_config.json.
review: $(VENV)/stamp
	@git config diff.jupyternotebook.command '"$(CURDIR)/$(BIN)/git-nbdiffdriver" diff'
	@git config merge.jupyternotebook.driver \
		'"$(CURDIR)/$(BIN)/git-nbmergedriver" merge %O %A %B %L %P'
	@git config merge.jupyternotebook.name 'jupyter notebook merge driver'
	@echo 'git diff and git merge now read notebooks with nbdime'

evaluate: $(VENV)/stamp
	@test -n "$$GOLD" || { echo 'make evaluate needs GOLD=folder (see README.md)' >&2; exit 2; }
	@$(BIN)/python -c 'import vaderSentiment' 2>/dev/null || \
		$(BIN)/python -m pip install --quiet --editable '.[evaluate]'
	@$(FROM_STAND) helpers.evaluate "$$GOLD"

train: $(VENV)/stamp
	@test -n "$$GOLD" || { echo 'make train needs GOLD=folder (see README.md)' >&2; exit 2; }
	@$(BIN)/python -c 'import torch' 2>/dev/null || $(BIN)/python -m pip install --quiet --editable '.[train]'
	@$(FROM_STAND) helpers.train "$$GOLD" $(HEAD)

bench: $(VENV)/stamp
	$(BIN)/python -m tests.benchmarks

lock: | $(BIN)/python
	$(BIN)/uv pip compile --quiet --no-config --upgrade --universal --python-version 3.11 \
		--fork-strategy fewest --generate-hashes --extra test \
		--custom-compile-command 'make lock' --output-file requirements.txt pyproject.toml

clean:
	rm -rf $(VENV) site .cache .hypothesis .pytest_cache .ruff_cache
	find . -name __pycache__ -prune -exec rm -rf {} + -o -name .ipynb_checkpoints -prune -exec rm -rf {} +

# uv installs in seconds what takes pip a minute; where it cannot be had, pip does it.
$(VENV)/stamp: requirements.txt pyproject.toml jupyter/overrides.json | $(BIN)/python
	@echo 'Building the environment in $(VENV) ...'
	@if [ -x $(BIN)/uv ]; then \
		$(BIN)/uv pip install --quiet --no-config --python $(BIN)/python --require-hashes \
			-r requirements.txt && \
		$(BIN)/uv pip install --quiet --no-config --python $(BIN)/python --no-deps --editable .; \
	else \
		$(BIN)/python -m pip install --quiet --require-hashes -r requirements.txt && \
		$(BIN)/python -m pip install --quiet --no-deps --editable .; \
	fi
	@touch $@

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo 'Python 3.11 or newer is needed as $(PYTHON) (or: make PYTHON=python3.12)' >&2; exit 1; }
	@$(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check 'uv==$(UV_VERSION)' || \
		echo 'uv is not to be had; pip is slower but does the same'
