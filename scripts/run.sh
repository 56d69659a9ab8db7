#!/usr/bin/env bash
# Builds, loads the demonstration set if there is no data, serves.
source "$(dirname "$0")/common.sh"

say "building the server (ten minutes or more the first time, on two cores)"
cargo build --release -p server
scripts/front.sh
export PLACE_DATA="${PLACE_DATA:-data}"
target/release/place demo --if-empty
exec target/release/place serve
