# Two commands for someone new: `make demo` and `make test`. Each makes the environment it needs.

PYTHON ?= python3
# another torch, for example TORCH="torch==2.13.0 --index-url ..." for a CUDA build of your own choice
TORCH ?= torch==2.13.0
VENV := .venv
BIN := $(VENV)/bin
BPY := .venv-bpy
OUT ?= out
MINUTES ?= 60
SEED ?= 0

.PHONY: demo pictures test check bench sets mutate fuzz blender demo-blender dist install clean

demo: $(VENV)/.installed
	$(BIN)/paintout clean-plate --plate demo/plate --key 1001=demo/matte/matte.1001.exr --quality draft --out $(OUT)/demo/clean.####.exr
	$(BIN)/paintout score --result $(OUT)/demo/clean.####.exr --truth demo/truth --matte demo/matte
	$(BIN)/paintout review $(OUT)/demo/clean.work/job.json --out $(OUT)/demo/review
	@echo "clean plate: $(OUT)/demo/clean.####.exr   movie: $(OUT)/demo/review/review.mp4   sheet: $(OUT)/demo/review/sheet.png"

# what the pages of docs/nodes show of each node, from the demo's results: what make demo has made is not made again
pictures: $(VENV)/.installed
	$(BIN)/python docs/pictures.py --out $(OUT)/demo

test: $(VENV)/.installed $(BPY)/.installed
	$(BIN)/python -m pytest -n 2

check: $(VENV)/.installed
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

bench: $(VENV)/.installed
	$(BIN)/python -m benchmarks

# stages switched off, one at a time: a test must miss each
mutate: $(VENV)/.installed
	$(BIN)/python -m tests.mutate

# the rendered shots that figures are measured on, into build/sets; minutes each
sets: $(VENV)/.installed $(BPY)/.installed
	$(BIN)/python -m benchmarks.rendered_sets

# files, job files, listings and command lines changed at random: make fuzz MINUTES=5 SEED=7
fuzz: $(VENV)/.installed
	$(BIN)/python -m tests.fuzz --minutes $(MINUTES) --seed $(SEED) --keep $(OUT)/fuzz

# the extension for Blender 4.5 and later, checked by Blender's own tool where bpy is here
blender: $(VENV)/.installed $(BPY)/.installed
	$(BIN)/python -m plugin.blenderhost.build --out $(OUT)/blender $$(ls $(BPY)/lib/python*/site-packages/bpy/*/scripts/addons_core/bl_pkg/cli/blender_ext.py 2>/dev/null | sed 's/^/--blender-ext /')

# the extension installed into Blender as a module, and the demo's robot removed from one key by its button
demo-blender: blender
	PAINTOUT=$(BIN)/paintout $(BPY)/bin/python demo/in_blender.py "$$(ls -t $(OUT)/blender/paintout-*.zip | head -1)" $(OUT)/blender/demo

# wheel and sdist: built, checked, and the wheel installed into an environment of its own and run on two frames
dist: $(VENV)/.installed
	rm -rf $(OUT)/dist build paintout.egg-info
	$(BIN)/python -m build --no-isolation --outdir $(OUT)/dist
	$(BIN)/python -m twine check --strict $(OUT)/dist/paintout-*
	$(PYTHON) -m venv $(OUT)/dist/venv
	$(OUT)/dist/venv/bin/python -m pip install --quiet $(TORCH)
	$(OUT)/dist/venv/bin/python -m pip install --quiet --constraint constraints.txt $(OUT)/dist/paintout-*.whl
	$(OUT)/dist/venv/bin/paintout --version
	$(OUT)/dist/venv/bin/paintout nodes --json > $(OUT)/dist/nodes.json
	$(OUT)/dist/venv/bin/paintout flow-inpaint --plate demo/plate --matte demo/matte --frames 1007-1008 --out $(OUT)/dist/clean/clean.####.exr
	@echo "built, installed and run: $$(ls $(OUT)/dist/paintout-*)"

install: $(VENV)/.installed

$(VENV)/.installed: pyproject.toml constraints.txt
	test -d $(VENV) || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet $(TORCH)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable ".[dev,openjd,deadline-cloud,opencue,otio,publish]"
	touch $@

# Blender as a module needs a numpy below 2, so it gets an environment of its own and is driven as a process.
$(BPY)/.installed: requirements-bpy.txt
	test -d $(BPY) || $(PYTHON) -m venv $(BPY)
	$(BPY)/bin/python -m pip install --quiet --requirement requirements-bpy.txt || echo "no bpy for this Python: the tests that need Blender are skipped"
	touch $@

clean:
	rm -rf $(OUT) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache
