#!/usr/bin/env bash
# The quick part: formatting, lints, documentation, unit tests.
source "$(dirname "$0")/common.sh"

say "formatting"
cargo fmt --all -- --check
say "lints"
cargo clippy --workspace --all-targets -- -D warnings
say "lints, browser"
browser_clippy
say "documentation"
documented
say "unit tests"
cargo test --workspace --lib --quiet
