#!/usr/bin/env bash
# Everything that must hold.
source "$(dirname "$0")/common.sh"
start=$SECONDS
# Everything is built once and thrown away: what helps to build it again, and to step through it, would fill a small disk.
export CARGO_INCREMENTAL=0 CARGO_PROFILE_DEV_DEBUG=false
needs_disk 12

say "formatting"
cargo fmt --all -- --check

say "lints, server"
cargo clippy --workspace --all-targets -- -D warnings
say "lints, browser"
browser_clippy
say "documentation"
documented

say "tests, on SQLite and on a private PostgreSQL"
postgres=$(mktemp -d /tmp/place-postgres-XXXXXX)
trap 'scripts/postgres.sh stop "$postgres"' EXIT
TEST_DATABASE_URL=$(scripts/postgres.sh start "$postgres")
export TEST_DATABASE_URL
cargo test --workspace

say "the browser's part"
scripts/front.sh compile
# What the tests built: naming the package alone would choose other features, and build half of everything again.
cargo build --workspace --tests --bins
scripts/front.sh join target/debug/bindgen
say "journeys in a browser"
(cd end2end && PLACE_BIN="$OLDPWD/target/debug/place" PLACE_SITE="$SITE" npx playwright test)
say "the story of a structure and a buyer, on PostgreSQL"
(cd end2end && PLACE_POSTGRES="$postgres" PLACE_BIN="$OLDPWD/target/debug/place" PLACE_SITE="$SITE" npx playwright test story)
say "twenty kills while needs are being confirmed"
"$TOOLS/python/bin/python" end2end/crash.py --place target/debug/place --kills 20
say "the same, of two nodes that share a database"
shared=$(scripts/postgres.sh database "$postgres" crash)
"$TOOLS/python/bin/python" end2end/crash.py --place target/debug/place --kills 8 --nodes 2 --database-url "$shared"

say "everything passed in $((SECONDS - start)) s, $(du -sh target | cut -f1) in target"
