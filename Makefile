# Each target works on a fresh machine: it installs what is missing, or says the one line to type.
#
#   make run      build and open the app in demo mode (without a display: under Xvfb, with a screenshot)
#   make test     all tests: Rust, UI, end to end in the real webview
#   make nightly  all tests, with 500 kills of a replay instead of 50
#   make check    format, lints, types, dependency rules
#   make dev      hot reload
#   make bench    the figures of BENCHMARKS.md;  make bench ONLY=name  for one
#   make bundle   a .deb under target/release/bundle
#   make try-bundle   that .deb can be installed, and what it holds starts and captures (nothing is installed)

.DEFAULT_GOAL := help
.PHONY: help set-up run test nightly test-rust test-ui test-e2e check check-rust check-ui fix dev bench bundle try-bundle

TAURI_DRIVER_VERSION := 2.1.0
UI_SOURCES := $(shell find ui/src ui/messages ui/project.inlang ui/index.html ui/*.ts ui/*.js ui/*.mjs -type f -not -path '*/paraglide/*' -not -path '*/cache/*' 2>/dev/null)
NODE_MODULES := ui/node_modules/.package-lock.json
UI_DIST := ui/dist/index.html
VENV := target/venv/.made
TAURI_DRIVER := target/tools/bin/tauri-driver
# The whole window has a program of its own, which runs when it is named. Named beside a test of the app's package, for
# which cargo builds the app itself: with the same features as everything else, so that nothing is built twice.
WINDOW := --test window --test bindings
HAS_DISPLAY := $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname -s))$(filter Windows_NT,$(OS))

export CARGO_TERM_COLOR ?= auto

help:
	@sed -n '3,10s/^#   //p' Makefile

set-up:
	@.ci/set-up

$(NODE_MODULES): ui/package-lock.json ui/.npmrc
	npm --prefix ui ci --no-audit --no-fund
	@touch $@

$(UI_DIST): $(NODE_MODULES) $(UI_SOURCES)
	npm --prefix ui run build

$(VENV): tests/endpoints/requirements.txt
	python3 -m venv target/venv
	target/venv/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(TAURI_DRIVER): | set-up
	cargo install tauri-driver --version $(TAURI_DRIVER_VERSION) --locked --root target/tools

ifneq ($(strip $(HAS_DISPLAY)),)
run: set-up $(UI_DIST)
	cargo run -- --demo
else
run: set-up $(UI_DIST) $(TAURI_DRIVER)
	cargo build
	cargo test --quiet --package e2e --test window -- --exact tour::drive_the_demo --nocapture
endif

# Builds first: two at once only wait for each other. Then all tests side by side, for they mostly wait; what each
# part says comes when it has ended, where make can keep it together (4.0 and later).
test: set-up $(UI_DIST) $(VENV) $(TAURI_DRIVER)
	cargo test --no-run
	cargo test --no-run $(WINDOW)
	@echo 'Testing Rust, the components of the window, and the whole window side by side: each tells at its end.'
	$(MAKE) --jobs 3 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) --keep-going test-rust test-ui test-e2e

# Replays are killed so often: `src-tauri/crates/replay/tests/crash.rs`.
nightly: export KINESCOPE_KILLS := 500
nightly: test

test-ui: set-up $(NODE_MODULES)
	npm --prefix ui run check
	npm --prefix ui run test

# Most of these tests wait, for servers and for clocks: four at a time also where there are fewer cores.
test-rust: export RUST_TEST_THREADS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 4); echo $$((n < 4 ? 4 : n)))
test-rust: set-up $(UI_DIST) $(VENV)
	cargo test --no-fail-fast

test-e2e: set-up $(UI_DIST) $(VENV) $(TAURI_DRIVER)
	cargo test --no-run $(WINDOW)
	cargo test --test window -- --test-threads 1

check: check-rust check-ui

check-rust: set-up $(UI_DIST)
	cargo fmt --all --check
	cargo clippy --workspace --all-targets -- --deny warnings
	cargo test --quiet --test architecture --test bindings

check-ui: set-up $(NODE_MODULES)
	npm --prefix ui run format:check
	npm --prefix ui run lint
	npm --prefix ui run check

fix: set-up $(NODE_MODULES)
	cargo fmt --all
	npm --prefix ui run format

dev: set-up $(NODE_MODULES)
	ui/node_modules/.bin/tauri dev -- -- --demo

bench: set-up $(UI_DIST) $(VENV) $(TAURI_DRIVER)
	cargo build --release --package kinescope --package bench
	target/release/bench $(if $(ONLY),--only $(ONLY))

bundle: set-up $(NODE_MODULES)
	ui/node_modules/.bin/tauri build --bundles deb

try-bundle: bundle $(TAURI_DRIVER)
	.ci/try-bundle
