# Each target works on a fresh machine: it installs what is missing, or says the one line to type.
#
#   make run      build and open the app in demo mode (without a display: under Xvfb, with a screenshot)
#   make test     all tests: Rust, UI, end to end in the real webview
#   make check    format, lints, types, dependency rules
#   make dev      hot reload
#   make bench    the figures of BENCHMARKS.md;  make bench ONLY=name  for one
#   make torture  the suites that try to break it, in full;  make torture ONLY=kill_capture  for one
#   make soak     the window over four saturated shards for 5 minutes, or for a day:  make soak MINUTES=1440
#   make mutants  each seeded bug must turn its suite red
#   make fuzz     each fuzz target for a minute;  make fuzz ONLY=name SECONDS=600  for one
#   make supply   licences, bans and sources of all crates; make supply ONLY=advisories asks what is known of them
#   make sbom     what the program is made of, as CycloneDX, under target
#   make bundle   a .deb under target/release/bundle
#   make try-bundle   that .deb can be installed, and what it holds starts and captures (nothing is installed)

.DEFAULT_GOAL := help
.PHONY: help set-up run test torture soak mutants test-rust test-ui test-e2e check check-rust check-ui fix dev bench fuzz supply sbom bundle try-bundle

TAURI_DRIVER_VERSION := 2.1.0
JAQ_VERSION := 3.1.2
CARGO_FUZZ_VERSION := 0.13.2
CARGO_DENY_VERSION := 0.20.2
UI_SOURCES := $(shell find ui/src ui/messages ui/project.inlang ui/index.html ui/*.ts ui/*.js ui/*.mjs -type f -not -path '*/paraglide/*' -not -path '*/cache/*' 2>/dev/null)
NODE_MODULES := ui/node_modules/.package-lock.json
UI_DIST := ui/dist/index.html
VENV := target/venv/.made
TAURI_DRIVER := target/tools/bin/tauri-driver
# what figures are measured beside
JAQ := target/tools/bin/jaq
BENCH_PYTHON := target/venv/.made-bench
BENCH_NODE := tests/bench/node_modules/.package-lock.json
HAS_DISPLAY := $(DISPLAY)$(WAYLAND_DISPLAY)$(filter Darwin,$(shell uname -s))$(filter Windows_NT,$(OS))

export CARGO_TERM_COLOR ?= auto

help:
	@sed -n '3,19s/^#   //p' Makefile

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
	cargo test --no-run --package e2e --test window
	@echo 'Testing Rust, the components of the window, and the whole window side by side: each tells at its end.'
	$(MAKE) --jobs 2 $(if $(filter output-sync,$(.FEATURES)),--output-sync=target) --keep-going test-rust test-ui test-e2e

torture: export KINESCOPE_TORTURE := full
torture: set-up $(UI_DIST) $(VENV) $(TAURI_DRIVER)
	cargo test --package torture --release --test torture -- --nocapture $(ONLY)
	cargo build --release
	KINESCOPE_APP=$(CURDIR)/target/release/kinescope cargo test --package e2e --test window -- --test-threads 1 --nocapture trust::$(ONLY)

soak: set-up $(UI_DIST) $(TAURI_DRIVER)
	cargo build --release --package kinescope --package torture --bin kinescope --bin soak-endpoint
	KINESCOPE_APP=$(CURDIR)/target/release/kinescope KINESCOPE_SOAK_ENDPOINT=$(CURDIR)/target/release/soak-endpoint \
		KINESCOPE_SOAK_MINUTES=$(or $(MINUTES),5) cargo test --package e2e --test window -- --exact trust::soak::soak --ignored --nocapture

# A build of its own: the feature stands in no other.
mutants: set-up
	cargo run --package torture --features seeded --target-dir target/mutants --bin mutants

# What a test says of itself is worth more than where it stood; `make test RUST_BACKTRACE=1` tells that too.
test-rust test-e2e: export RUST_BACKTRACE := 0

test-ui: set-up $(NODE_MODULES)
	npm --prefix ui run check
	npm --prefix ui run test

# Most of these tests wait, for servers and for clocks: four at a time also where there are fewer cores.
test-rust: export RUST_TEST_THREADS ?= $(shell n=$$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 4); echo $$((n < 4 ? 4 : n)))
test-rust: set-up $(UI_DIST) $(VENV)
	cargo test --no-fail-fast

# The app comes with the tests of its package, with the features that these have: `cargo build` would make it anew.
test-e2e: set-up $(UI_DIST) $(VENV) $(TAURI_DRIVER)
	cargo test --no-run --test bindings
	cargo test --package e2e --test window -- --test-threads 1

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

$(BENCH_PYTHON): tests/bench/requirements.txt $(VENV)
	target/venv/bin/pip install --quiet --disable-pip-version-check -r $<
	@touch $@

$(BENCH_NODE): tests/bench/package-lock.json tests/bench/.npmrc
	npm --prefix tests/bench ci --no-audit --no-fund
	@touch $@

$(JAQ): | set-up
	cargo install jaq --version $(JAQ_VERSION) --locked --root target/tools

bench: set-up $(UI_DIST) $(VENV) $(TAURI_DRIVER) $(BENCH_PYTHON) $(BENCH_NODE) $(JAQ)
	cargo build --release --package kinescope --package bench
	target/release/bench $(if $(ONLY),--only $(ONLY))

CARGO_FUZZ := target/tools/bin/cargo-fuzz
# each beside the crate that it is about
FUZZED := $(patsubst src-tauri/crates/%.rs,%,$(subst /fuzz/targets/,.,$(wildcard src-tauri/crates/*/fuzz/targets/*.rs)))

$(CARGO_FUZZ): | set-up
	cargo install cargo-fuzz --version $(CARGO_FUZZ_VERSION) --locked --root target/tools

fuzz: $(addprefix fuzz.,$(if $(ONLY),$(filter %.$(ONLY),$(FUZZED)),$(FUZZED)))
	$(if $^,,$(error there is no such target; there are $(foreach one,$(FUZZED),$(subst ., ,$(suffix $(one))))))

# Inputs that reach something new go to target/fuzz; whoever finds a fault copies its input to the corpus. The
# sanitizers' flags are unstable. What is fuzzed is built of the versions that the program is.
fuzz.%: $(CARGO_FUZZ)
	@mkdir -p target/fuzz/corpus/$*
	@cp Cargo.lock src-tauri/crates/$(basename $*)/fuzz/Cargo.lock
	RUSTC_BOOTSTRAP=1 $(CARGO_FUZZ) run $(subst .,,$(suffix $*)) target/fuzz/corpus/$* src-tauri/crates/$(basename $*)/fuzz/corpus/$(subst .,,$(suffix $*)) \
		--fuzz-dir src-tauri/crates/$(basename $*)/fuzz --target-dir target/fuzz/build \
		-- -max_total_time=$(or $(SECONDS),60) -artifact_prefix=target/fuzz/ -print_final_stats=1

CARGO_DENY := target/tools/bin/cargo-deny

$(CARGO_DENY): | set-up
	cargo install cargo-deny --version $(CARGO_DENY_VERSION) --locked --root target/tools

supply: $(CARGO_DENY)
	$(CARGO_DENY) check $(or $(ONLY),licenses bans sources)

sbom:
	node .ci/sbom.mjs

bundle: set-up $(NODE_MODULES) sbom
	ui/node_modules/.bin/tauri build --bundles deb

try-bundle: bundle $(TAURI_DRIVER)
	.ci/try-bundle
