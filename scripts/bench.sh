#!/usr/bin/env bash
# Measures the budgets and prints them beside what is allowed. « --quick »: the small size only.
source "$(dirname "$0")/common.sh"

say "building the server"
cargo build --release -p server
say "measuring (about four minutes; two with --quick)"
"$TOOLS/python/bin/python" scripts/bench.py --place target/release/place --site "$SITE" "$@"
