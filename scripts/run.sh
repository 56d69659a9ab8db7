#!/usr/bin/env bash
# Builds, loads the demonstration set if there is no data, serves.
source "$(dirname "$0")/common.sh"

say "building the server and, beside it, the interactive parts of pages (minutes the first time)"
scripts/front.sh compile & front=$!
trap 'kill "$front" 2>/dev/null' EXIT
cargo build --profile first -p server -p bindgen
wait "$front"
scripts/front.sh join target/first/bindgen
export PLACE_DATA="${PLACE_DATA:-data}"
target/first/place demo --if-empty
exec target/first/place serve
