# The only commands a person needs. Each says what it does while it does it.

.DEFAULT_GOAL := help
.PHONY: help setup run dev check test journeys bench fmt clean

help: ## List these commands
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

setup: ## Install what is missing, and say why
	@scripts/setup.sh run test

run: ## Build, load the demonstration if there is no data, serve on http://127.0.0.1:3000
	@scripts/setup.sh run
	@scripts/run.sh

dev: ## Serve, and build again whenever a file changes
	@scripts/setup.sh run
	@scripts/dev.sh

check: ## The quick part: formatting, lints, documentation, unit tests
	@scripts/setup.sh run
	@scripts/check.sh

test: ## Everything: formatting, lints, documentation, tests on SQLite and PostgreSQL, browser
	@scripts/setup.sh run test
	@scripts/test.sh

journeys: ## Every journey in the browser
	@scripts/setup.sh run test
	@scripts/front.sh compile
	@cargo build --workspace --tests --bins
	@scripts/front.sh join target/debug/bindgen
	@PLACE_BIN="$(CURDIR)/target/debug/place" PLACE_SITE="$(CURDIR)/target/site" npm test --prefix end2end --silent

bench: ## Measure the budgets and print them beside what is allowed
	@scripts/setup.sh run bench
	@scripts/bench.sh

fmt: ## Format the code
	@cargo fmt --all

clean: ## Remove what was built; data stays
	@rm -rf target
